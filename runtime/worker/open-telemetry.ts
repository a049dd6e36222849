import { TroupeError } from '../base/errors.js';

/** A context of OpenTelemetry, which is only passed on here. */
export type OtelContext = object;

/** What identifies a span in other processes and threads. */
export interface SpanContextLike {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean;
  readonly traceState?: { serialize(): string };
}

/** A span that has begun. */
export interface SpanLike {
  spanContext(): SpanContextLike;
  recordException(error: Error): void;
  setStatus(status: { code: number; message?: string }): unknown;
  end(): void;
}

interface BaggageLike {
  getAllEntries(): [string, { readonly value: string }][];
}

type Attributes = Record<string, string | number>;

/** What is used of `@opentelemetry/api`: its types are not, as it is there only for those who trace. */
export interface OtelApi {
  readonly ROOT_CONTEXT: OtelContext;
  createTraceState(text: string): { serialize(): string };
  isSpanContextValid(context: SpanContextLike): boolean;
  readonly context: {
    active(): OtelContext;
    with<A extends unknown[], T>(
      context: never,
      call: (...args: A) => T,
      self: undefined,
      ...args: A
    ): T;
  };
  readonly trace: {
    getTracer(name: string): {
      startSpan(
        name: string,
        options: { kind: number; attributes: Attributes },
        context: never,
      ): SpanLike;
    };
    setSpan(context: never, span: never): OtelContext;
    setSpanContext(context: never, span: never): OtelContext;
    getSpanContext(context: never): SpanContextLike | undefined;
  };
  readonly propagation: {
    createBaggage(entries: Record<string, { value: string }>): BaggageLike;
    setBaggage(context: never, baggage: never): OtelContext;
    getBaggage(context: never): BaggageLike | undefined;
  };
  readonly metrics: { getMeter(name: string): object };
}

let loaded: OtelApi | undefined;

const PACKAGE = '@opentelemetry/api';

/**
 * Loads the package for this thread. Its name is no literal of an import, so that a bundler does not look for it.
 * @throws {TroupeError} ERR_OPTION when it is not installed, as a rejection
 */
export async function loadOpenTelemetry(name = PACKAGE): Promise<OtelApi> {
  try {
    loaded = (await import(name)) as OtelApi;
    return loaded;
  } catch (cause) {
    throw new TroupeError('ERR_OPTION', {
      what: `openTelemetry is true, and ${name} could not be loaded`,
      where: 'ActorSystem.start',
      mend: `npm i ${name}`,
      cause,
    });
  }
}

/** The package, which was loaded before the first actor of the thread. */
export function openTelemetry(): OtelApi {
  return loaded!;
}
