import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkNames } from '../../base/check-option.js';
import { TroupeError } from '../../base/errors.js';
import type { Observer } from '../observer.js';
import { Access } from './access.js';
import { type Answer, ROUTES, refuse, unknown } from './routes.js';
import { Stream } from './stream.js';

/** Where the dashboard is served. Every field has a default. */
export interface DashboardOptions {
  /** 0 to 65,535; 0, or left out, for any that is free. */
  readonly port?: number;
  /** Address to listen at; `127.0.0.1` when left out, which no other machine reaches. */
  readonly host?: string;
  /** What a visitor must give, 1 to 256 letters, digits and `-_.~`; a random one when left out. False: nothing. */
  readonly token?: string | false;
}

/** A dashboard that is being served. */
export interface Dashboard {
  /** Address of the page, with the token. */
  readonly url: string;
  readonly port: number;
  readonly token: string | false;
  /** Ends it, and all connections to it. The system goes on. */
  close(): Promise<void>;
}

const TOKEN_BYTES = 24;
const HEADERS_TIMEOUT_MS = 10_000;
/** No request has more to say than its address. */
const MAX_BODY_BYTES = 1024;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Serves the dashboard of one system.
 * @throws {TroupeError} ERR_OPTION, ERR_DASHBOARD_LISTEN when the address cannot be had, as rejections
 */
export async function serveDashboard(
  observer: Observer,
  options: DashboardOptions,
  onClosed: () => void,
): Promise<Dashboard> {
  const { port = 0, host = '127.0.0.1', token } = checked(options);
  const stream = new Stream(observer);
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS });
  try {
    await listen(server, port, host);
  } catch (error) {
    await stream.close();
    throw error;
  }
  const { port: actual } = server.address() as AddressInfo;
  const access = new Access(token, host, actual);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void serve({ observer, stream, access }, request, response);
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  let closed: Promise<void> | undefined;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${name}:${actual}/${token === false ? '' : `?token=${token}`}`,
    port: actual,
    token,
    close: () => {
      closed ??= close(server, stream).then(onClosed);
      return closed;
    },
  };
}

interface Served {
  readonly observer: Observer;
  readonly stream: Stream;
  readonly access: Access;
}

async function serve(
  { observer, stream, access }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
  let answer: Answer;
  let cookie: string | undefined;
  try {
    const url = new URL(request.url ?? '/', 'http://dashboard');
    const refusal = access.refusal(request, url);
    if (refusal !== undefined) answer = refuse(refusal.status, refusal.text);
    else if (hasBody(request)) answer = refuse(413, 'requests have no body here');
    else if (request.method === 'GET' && url.pathname === '/api/stream') {
      if (stream.add(response)) return;
      answer = refuse(503, 'too many listeners');
    } else {
      const route = ROUTES[`${method} ${url.pathname}`];
      if (route === undefined) answer = unknown(method, url.pathname);
      else answer = await route({ observer, stream, query: url.searchParams });
      cookie = access.cookie(url);
    }
  } catch (error) {
    answer = failure(error);
  }
  const close = answer.status >= 400 ? { connection: 'close' } : {};
  const setCookie = cookie === undefined ? {} : { 'set-cookie': cookie };
  response.writeHead(answer.status, {
    ...HEADERS,
    ...setCookie,
    ...close,
    'content-type': answer.type,
  });
  response.end(request.method === 'HEAD' ? undefined : answer.body);
}

/** The mistakes of the asker are his, everything else is said without its insides. */
function failure(error: unknown): Answer {
  if (!(error instanceof TroupeError)) {
    return error instanceof TypeError && 'input' in error
      ? refuse(400, 'the address is malformed')
      : refuse(500, 'the request failed');
  }
  if (error.code === 'ERR_OPTION') return refuse(400, error.message);
  return refuse(error.code === 'ERR_NO_SUCH_ACTOR' ? 404 : 503, error.message);
}

function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true;
  return Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new TroupeError('ERR_DASHBOARD_LISTEN', {
          what: `cannot listen: ${cause.message}`,
          where: `${host}:${port}`,
          mend:
            cause.code === 'EADDRINUSE'
              ? 'use port 0 for any that is free, or end what listens there'
              : 'use an address and a port that this process may listen at',
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

async function close(server: Server, stream: Stream): Promise<void> {
  await stream.close();
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function checked(options: DashboardOptions): DashboardOptions & { token: string | false } {
  checkNames('serveDashboard', options, { port: true, host: true, token: true });
  const { port = 0, host = '127.0.0.1' } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw refusal('port', port, 'an integer from 0 to 65535');
  }
  if (typeof host !== 'string' || host === '') {
    throw refusal('host', host, 'an address of this machine');
  }
  const { token = randomBytes(TOKEN_BYTES).toString('base64url') } = options;
  if (token !== false && (typeof token !== 'string' || !/^[A-Za-z0-9._~-]{1,256}$/.test(token))) {
    throw refusal('token', '…', '1 to 256 letters, digits and -_.~, or false');
  }
  return { port, host, token };
}

function refusal(option: string, value: unknown, allowed: string): TroupeError {
  return new TroupeError('ERR_OPTION', {
    what: `${option} is ${String(value)}`,
    where: 'serveDashboard',
    mend: `use ${allowed}`,
  });
}
