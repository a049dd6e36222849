import type { KindMeter } from '../actor/kind-meter.js';
import type { ActorThread } from './actor-thread.js';
import { ContextKind } from './carried.js';
import { SpanKind } from './span-kind.js';

/** What wraps the handlers of each kind on a thread; null where nothing does. */
export function observersOf(thread: ActorThread): ((kind: string) => KindMeter) | null {
  const { meter, port, tracing } = thread;
  if (tracing !== null) return (kind) => new SpanKind(meter?.kind(kind) ?? null, port, tracing);
  if (!thread.config.traceContext) return meter?.kind ?? null;
  return (kind) => new ContextKind(meter?.kind(kind) ?? null, port);
}
