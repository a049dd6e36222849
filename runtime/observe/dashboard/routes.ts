import type { Observer } from '../observer.js';
import { PROMETHEUS_TYPE } from '../prometheus.js';
import { PAGE_HTML } from './page/html.js';
import { PAGE_SCRIPT } from './page/script.js';
import { PAGE_STYLE } from './page/style.js';
import type { Stream } from './stream.js';

/** An answer, not sent yet. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What routes work with. */
export interface RouteContext {
  readonly observer: Observer;
  readonly stream: Stream;
  readonly query: URLSearchParams;
}

type Route = (context: RouteContext) => Answer | Promise<Answer>;

const TEXT = 'text/plain; charset=utf-8';
const MAX_PAGE = 500;
/** A thread that takes longer is shown as unreachable; the page asks again. */
const TIMEOUT_MS = 1500;

/** All addresses but `/api/stream`, by method and path. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': () => ({ status: 200, type: 'text/html; charset=utf-8', body: PAGE_HTML }),
  'GET /page.js': () => ({
    status: 200,
    type: 'text/javascript; charset=utf-8',
    body: PAGE_SCRIPT,
  }),
  'GET /page.css': () => ({ status: 200, type: 'text/css; charset=utf-8', body: PAGE_STYLE }),
  'GET /metrics': ({ observer }) => ({
    status: 200,
    type: PROMETHEUS_TYPE,
    body: observer.prometheus(),
  }),
  'GET /api/overview': ({ stream }) => json(stream.overview()),
  'GET /api/history': ({ observer }) =>
    json({ events: observer.history.supervision, deadLetters: observer.history.deadLetters }),
  'GET /api/inspect': async ({ observer }) => {
    const { figures, ...rest } = await observer.inspect({ limit: MAX_PAGE, timeoutMs: TIMEOUT_MS });
    return json({ ...rest, system: figures.system });
  },
  'GET /api/survey': async ({ observer }) => {
    const { hot, waits, moreWaits, cycles, unreachable } = await observer.inspect({
      depth: 0,
      limit: 1,
      timeoutMs: TIMEOUT_MS,
    });
    return json({ hot, waits, moreWaits, cycles, unreachable });
  },
  'GET /api/tree': async ({ observer, query }) => {
    const tree = await observer.inspector.tree({
      under: query.get('under') ?? '/user',
      depth: integer(query, 'depth', 1),
      limit: Math.min(integer(query, 'limit', 100) + 1, MAX_PAGE),
      offset: integer(query, 'offset', 0),
      timeoutMs: TIMEOUT_MS,
    });
    return tree === undefined ? notFound('no actor is there') : json(tree);
  },
  'POST /api/trace': async ({ observer, stream, query }) => {
    const ref = await observer.inspector.resolve(query.get('actor') ?? '');
    if (ref === undefined) return notFound('no actor is there');
    const isTraced = await stream.trace(ref, query.get('on') === '1');
    return json({ actor: ref.id, traced: isTraced });
  },
};

/** The answer of an address that does not exist, or does not take that method. */
export function unknown(method: string, path: string): Answer {
  const others = Object.keys(ROUTES).filter((key) => key.endsWith(` ${path}`));
  if (others.length === 0) return notFound('there is nothing at this address');
  return { status: 405, type: TEXT, body: `${method} is not possible here\n` };
}

/** An answer that says in one line what is wrong. */
export function refuse(status: number, text: string): Answer {
  return { status, type: TEXT, body: `${text}\n` };
}

function notFound(text: string): Answer {
  return refuse(404, text);
}

function json(value: unknown): Answer {
  return { status: 200, type: 'application/json; charset=utf-8', body: toJson(value) };
}

/** JSON that takes errors and bigints too, as they stand in events. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (each instanceof Error) return { name: each.name, message: each.message };
    return typeof each === 'bigint' ? String(each) : each;
  });
}

/** A number of the query; -1, which every option refuses, when it is none. */
function integer(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}
