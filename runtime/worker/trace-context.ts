import { AsyncLocalStorage } from 'node:async_hooks';

/** What work belongs to, as it travels with messages: plain data that can be sent. */
export interface TraceContext {
  /** Names the whole work: the id of an HTTP request, or of a trace. */
  readonly traceId: string;
  /** What else the user wants to travel along. */
  readonly baggage?: Readonly<Record<string, string>>;
  /** The span it belongs to, as W3C Trace Context writes it. Where `openTelemetry` is on, handlers see their own here. */
  readonly traceparent?: string;
  /** What tracing systems add to it. */
  readonly tracestate?: string;
}

const scope = new AsyncLocalStorage<TraceContext | undefined>();

/**
 * Runs something under a trace context: what it tells and asks carries it along, on every path and to every
 * thread, if the system was started with `traceContext`; and so on from there. Lines of `actorLog` bear its id.
 * It holds also after an `await` in it.
 */
export function withTrace<T>(context: TraceContext, call: () => T): T {
  return scope.run(context, call);
}

/** The context under which the present code runs: in a handler, that of its message. */
export function currentTrace(): TraceContext | undefined {
  return scope.getStore();
}

/** Calls a handler under the context of its message, or under none. */
export function callUnder(
  context: TraceContext | undefined,
  handler: (state: unknown, message: unknown, ctx: unknown) => unknown,
  state: unknown,
  message: unknown,
  ctx: unknown,
): unknown {
  return scope.run(context, handler, state, message, ctx);
}
