import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import type { Dashboard } from '../../../runtime/index.js';

/** An answer of HTTP with its whole body. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** How one request differs from a plain GET with the token. */
export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request on a connection of its own, with nothing but what is given. */
export function send(port: number, path: string, options: RequestOptions = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: text }),
      );
    });
    sent.end(body);
  });
}

/** A request with the token of the dashboard. */
export function visit(
  dashboard: Dashboard,
  path: string,
  options: RequestOptions = {},
): Promise<Reply> {
  const headers = { authorization: `Bearer ${dashboard.token}`, ...options.headers };
  return send(dashboard.port, path, { ...options, headers });
}

/** Sends bytes as they are. @returns all that came back until the connection closed */
export function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      received += chunk.toString();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

/** One server-sent event. */
export interface StreamEvent {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Listens to the stream of a dashboard: what came so far, and what ends it. */
export function listen(dashboard: Dashboard): {
  readonly events: StreamEvent[];
  readonly ended: Promise<void>;
  close(): void;
} {
  const events: StreamEvent[] = [];
  let text = '';
  const headers = { authorization: `Bearer ${dashboard.token}` };
  const sent = request({ port: dashboard.port, host: '127.0.0.1', path: '/api/stream', headers });
  const ended = new Promise<void>((resolve) => sent.on('close', () => resolve()));
  sent.on('error', () => {});
  sent.on('response', (response) => {
    response.setEncoding('utf8');
    response.on('error', () => {});
    response.on('data', (chunk: string) => {
      text += chunk;
      const frames = text.split('\n\n');
      text = frames.pop()!;
      for (const frame of frames) {
        const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(frame)!;
        events.push({ name: name!, data: JSON.parse(data!) });
      }
    });
  });
  sent.end();
  return { events, ended, close: () => sent.destroy() };
}
