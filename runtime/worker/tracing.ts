import type { ActorCell } from '../actor/actor-cell.js';
import { asError } from '../base/errors.js';
import type { AnyRef } from '../ref/actor-ref.js';
import { AskEnvelope, typeOfMessage } from '../ref/envelope.js';
import {
  type OtelApi,
  type OtelContext,
  openTelemetry,
  type SpanContextLike,
  type SpanLike,
} from './open-telemetry.js';
import type { ThreadConfig } from './thread-config.js';
import { currentTrace, type TraceContext } from './trace-context.js';

/** Kinds and codes of `@opentelemetry/api`. */
const SERVER = 1;
const CLIENT = 2;
const CONSUMER = 4;
const ERROR = 2;

/** https://www.w3.org/TR/trace-context/#traceparent-header; what later versions append is left out. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/;

/** A span with what messages carry that are sent under it. */
export interface OpenSpan {
  readonly span: SpanLike;
  readonly otel: OtelContext;
  readonly carried: TraceContext | undefined;
}

/** Spans of one thread where `openTelemetry` is on, and how they stand in messages. */
export class Tracing {
  readonly #api: OtelApi;
  readonly #tracer: ReturnType<OtelApi['trace']['getTracer']>;

  constructor(api: OtelApi) {
    this.#api = api;
    this.#tracer = api.trace.getTracer('troupe');
  }

  /** Begins the span of a message that an actor handles, below whatever its sender did. */
  handling(cell: ActorCell, message: unknown, from: TraceContext | undefined): OpenSpan {
    const { ref, recipe } = cell;
    const kind = recipe.definition.name;
    const type = typeOfMessage(message);
    const attributes = {
      'messaging.system': 'troupe',
      'messaging.operation.type': 'process',
      'messaging.destination.name': ref.path ?? ref.id,
      'troupe.kind': kind,
      'troupe.message': type,
      'troupe.thread': ref.thread,
      'troupe.incarnation': cell.incarnation,
    };
    const spanKind = cell.hand instanceof AskEnvelope ? SERVER : CONSUMER;
    return this.#open(`${kind} ${type}`, spanKind, attributes, this.#contextOf(from), from);
  }

  /** Begins the span of an ask, below what runs now. */
  asking(target: AnyRef, message: unknown): OpenSpan {
    const type = typeOfMessage(message);
    const attributes = {
      'messaging.system': 'troupe',
      'messaging.operation.type': 'send',
      'messaging.destination.name': target.path ?? target.id,
      'troupe.message': type,
      'troupe.thread': target.thread,
    };
    const present = this.present();
    return this.#open(`ask ${type}`, CLIENT, attributes, this.#contextOf(present), present);
  }

  /** What a message carries that is sent now: the active span with its baggage, else what the handler was given. */
  present(): TraceContext | undefined {
    const { trace, context, isSpanContextValid } = this.#api;
    const scope = currentTrace();
    const active = context.active();
    const span = trace.getSpanContext(active as never);
    if (span === undefined || !isSpanContextValid(span)) return scope;
    const baggage = this.#baggageOf(active);
    const traceparent = traceparentOf(span);
    if (scope?.traceparent === traceparent && baggage === undefined) return scope;
    return carriedUnder(span, traceparent, scope, baggage);
  }

  /** Runs a call with a span as the active one. */
  under<A extends unknown[], T>({ otel }: OpenSpan, call: (...args: A) => T, ...args: A): T {
    return this.#api.context.with(otel as never, call, undefined, ...args);
  }

  #open(
    name: string,
    kind: number,
    attributes: Record<string, string | number>,
    parent: OtelContext,
    scope: TraceContext | undefined,
  ): OpenSpan {
    const span = this.#tracer.startSpan(name, { kind, attributes }, parent as never);
    const context = span.spanContext();
    // Where nobody has set up tracing the span is none, and the parent goes through.
    const carried = this.#api.isSpanContextValid(context)
      ? carriedUnder(context, traceparentOf(context), scope, undefined)
      : scope;
    return {
      span,
      otel: this.#api.trace.setSpan(parent as never, span as never),
      carried,
    };
  }

  #contextOf(carried: TraceContext | undefined): OtelContext {
    const { ROOT_CONTEXT, trace, propagation, createTraceState } = this.#api;
    if (carried === undefined) return ROOT_CONTEXT;
    let context = ROOT_CONTEXT;
    const [, traceId, spanId, flags] = TRACEPARENT.exec(carried.traceparent ?? '') ?? [];
    if (traceId !== undefined && spanId !== undefined) {
      const { tracestate } = carried;
      const remote = { traceId, spanId, traceFlags: Number.parseInt(flags!, 16), isRemote: true };
      const state = tracestate === undefined ? {} : { traceState: createTraceState(tracestate) };
      context = trace.setSpanContext(context as never, { ...remote, ...state } as never);
    }
    const { baggage } = carried;
    if (baggage === undefined) return context;
    const entries = Object.entries(baggage).map(([key, value]) => [key, { value }] as const);
    const made = propagation.createBaggage(Object.fromEntries(entries));
    return propagation.setBaggage(context as never, made as never);
  }

  #baggageOf(context: OtelContext): Record<string, string> | undefined {
    const entries = this.#api.propagation.getBaggage(context as never)?.getAllEntries() ?? [];
    if (entries.length === 0) return undefined;
    return Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
  }
}

/** What makes the spans of a thread; null where `openTelemetry` is off. */
export function tracingOf(config: ThreadConfig): Tracing | null {
  return config.openTelemetry ? new Tracing(openTelemetry()) : null;
}

/** Ends a span with what went wrong. */
export function failSpan(span: SpanLike, thrown: unknown): void {
  const error = asError(thrown);
  span.recordException(error);
  span.setStatus({ code: ERROR, message: error.message });
  span.end();
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContextLike): string {
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** An id that the user gave stays, and so does the baggage; the span is the new one. */
function carriedUnder(
  span: SpanContextLike,
  traceparent: string,
  scope: TraceContext | undefined,
  added: Record<string, string> | undefined,
): TraceContext {
  const tracestate = span.traceState?.serialize();
  const baggage = added === undefined ? scope?.baggage : { ...scope?.baggage, ...added };
  const isGiven = scope !== undefined && scope.traceparent?.includes(scope.traceId) !== true;
  return {
    traceId: isGiven ? scope.traceId : span.traceId,
    ...(baggage === undefined ? {} : { baggage }),
    traceparent,
    ...(tracestate === undefined || tracestate === '' ? {} : { tracestate }),
  };
}
