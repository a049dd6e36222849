import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request, read whole. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly body: unknown;
}

/** What is answered, as JSON. */
export interface HttpReply {
  readonly status: number;
  readonly body: unknown;
  /** Seconds after which it makes sense to come again. */
  readonly retryAfterSeconds?: number;
}

/** A request that cannot be served as it is. */
export class BadRequest extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Answers requests. What it throws is answered by `onError`. */
export interface HttpHandler {
  handle(request: HttpRequest): Promise<HttpReply>;
  onError(error: unknown): HttpReply;
}

/** Largest body of a request. */
export const MAX_BODY_BYTES = 16 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;

/** A server of JSON on 127.0.0.1, with limits, that ends without breaking off what it has begun. */
export class HttpServer {
  readonly port: number;
  readonly #server: Server;
  #handler: HttpHandler | undefined;
  #isDraining = false;

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request, response) => void this.#serve(request, response));
    server.on('clientError', refuseMalformed);
  }

  /** Listens; requests are answered with 503 until `serve` is called. @throws the error of `listen`, `EADDRINUSE` for one */
  static async listen(port: number): Promise<HttpServer> {
    const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
    return new HttpServer(server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** From now on requests are answered. */
  serve(handler: HttpHandler): void {
    this.#handler = handler;
  }

  /** Takes no connections any more, answers what has come, then closes; after `deadlineMs` it breaks off. */
  async close(deadlineMs: number): Promise<void> {
    this.#isDraining = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const timer = setTimeout(() => this.#server.closeAllConnections(), deadlineMs);
    await closed;
    clearTimeout(timer);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = await this.#answer(request);
    // What was not read of a body that is refused must not be taken for the next request.
    const isLast = this.#isDraining || !request.complete;
    const { status, body, retryAfterSeconds } = reply;
    response.statusCode = status;
    response.setHeader('content-type', 'application/json');
    if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
    if (isLast) response.setHeader('connection', 'close');
    response.end(`${JSON.stringify(body)}\n`);
  }

  async #answer(request: IncomingMessage): Promise<HttpReply> {
    const handler = this.#handler;
    try {
      const { method = 'GET', url = '/', headers } = request;
      const body = await readJson(request);
      if (handler === undefined) throw new BadRequest(503, 'not open yet');
      const key = headers['idempotency-key'];
      const path = url.split('?', 1)[0]!;
      return await handler.handle({ method, path, body, key: key as string | undefined });
    } catch (error) {
      if (error instanceof BadRequest) {
        return { status: error.status, body: { error: error.message } };
      }
      return handler!.onError(error);
    }
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      byteCount += (chunk as Buffer).length;
      if (byteCount > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(chunk as Buffer);
    }
    return byteCount === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    if (error instanceof BadRequest) throw error;
    throw new BadRequest(400, `the body is no JSON: ${(error as Error).message}`);
  }
}

function tooLarge(): BadRequest {
  return new BadRequest(413, `a body has at most ${MAX_BODY_BYTES} bytes`);
}

const MALFORMED: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

function refuseMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const status = MALFORMED[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
