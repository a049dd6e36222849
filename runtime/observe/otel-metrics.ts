import type { CounterName } from '../memory/counters.js';
import type { GaugeName, ThreadHistogram } from '../memory/meter-descriptor.js';
import type { Figures } from './figures.js';
import { COUNTER_METRICS, GAUGE_METRICS, HISTOGRAM_METRICS } from './metric-names.js';
import { overviewOf } from './overview.js';

/** An observable instrument of OpenTelemetry: only its identity matters here. */
export type InstrumentLike = object;

/** What a batch callback of OpenTelemetry is given. */
export interface BatchResultLike {
  observe(
    instrument: never,
    value: number,
    attributes?: Readonly<Record<string, string | number>>,
  ): void;
}

/** What is needed of a Meter of `@opentelemetry/api`; anything of this shape will do. */
export interface MeterLike {
  createObservableCounter(name: string, options?: { description?: string }): InstrumentLike;
  createObservableGauge(name: string, options?: { description?: string }): InstrumentLike;
  addBatchObservableCallback(
    callback: (result: BatchResultLike) => void,
    instruments: never[],
  ): void;
  removeBatchObservableCallback(
    callback: (result: BatchResultLike) => void,
    instruments: never[],
  ): void;
}

/** A system, as far as it is measured from outside. */
export interface FiguresSource {
  figures(): Figures;
}

type Attributes = Readonly<Record<string, string | number>>;
type Observe = (name: string, value: number, attributes: Attributes) => void;

/**
 * Has a Meter of OpenTelemetry observe a system: counters, gauges and quantiles named `troupe.…`, with the
 * attributes `system`, `thread`, `reason`, `kind`. It reads shared memory at each collection, and nothing in between.
 * @example const end = observeWith(system, metrics.getMeter('troupe'));
 * @returns a function that ends it
 */
export function observeWith(system: FiguresSource, meter: MeterLike): () => void {
  const instruments = new Map<string, InstrumentLike>();
  for (const [name, description] of COUNTERS) {
    instruments.set(name, meter.createObservableCounter(`troupe.${name}`, { description }));
  }
  for (const [name, description] of GAUGES) {
    instruments.set(name, meter.createObservableGauge(`troupe.${name}`, { description }));
  }
  let before = system.figures();
  const callback = (result: BatchResultLike): void => {
    const now = system.figures();
    const common = { system: now.system };
    const observe: Observe = (name, value, attributes) =>
      result.observe(instruments.get(name) as never, value, { ...common, ...attributes });
    observeThreads(now, observe);
    observeKinds(now, observe);
    observeLatencies(now, before, observe);
    before = now;
  };
  const all = [...instruments.values()] as never[];
  meter.addBatchObservableCallback(callback, all);
  return () => meter.removeBatchObservableCallback(callback, all);
}

const counterName = (metric: string): string => metric.replace(/_total$/, '');

const COUNTERS: readonly (readonly [name: string, description: string])[] = [
  ...Object.values(COUNTER_METRICS).map(([metric, help]) => [counterName(metric), help] as const),
  ['dead_letters', 'Messages that nobody will handle, by reason.'],
  ['busy_seconds', 'Time in turns.'],
  ['kind_messages', 'Messages handled, by kind.'],
  ['kind_failures', 'Failures, by kind.'],
];

const GAUGES: readonly (readonly [name: string, description: string])[] = [
  ...Object.values(GAUGE_METRICS).map(([metric, help]) => [metric, help] as const),
  ['thread_up', '1 while a thread runs under this number.'],
  ['kind_actors', 'Actors, by kind.'],
  ['kind_queued', 'Messages in mailboxes, by kind.'],
  ['ring_depth_bytes', 'Bytes published in a ring and not read yet.'],
  ...Object.values(HISTOGRAM_METRICS).flatMap(([name]) => [
    [`${name}_p50_seconds`, 'What half of all did not exceed since the last collection.'] as const,
    [`${name}_p99_seconds`, 'What 99 % did not exceed since the last collection.'] as const,
  ]),
];

function observeThreads({ threads, rings }: Figures, observe: Observe): void {
  for (const { thread, state, counters, measured } of threads) {
    observe('thread_up', state === 'running' ? 1 : 0, { thread });
    for (const [counter, [metric]] of Object.entries(COUNTER_METRICS)) {
      observe(counterName(metric), counters[counter as CounterName], { thread });
    }
    for (const [counter, value] of Object.entries(counters)) {
      if (!counter.startsWith('dead:')) continue;
      observe('dead_letters', value, { thread, reason: counter.slice(5) });
    }
    if (measured === undefined) continue;
    observe('busy_seconds', measured.busyMs / 1000, { thread });
    for (const [gauge, [metric, , factor]] of Object.entries(GAUGE_METRICS)) {
      observe(metric, measured.gauges[gauge as GaugeName] * factor, { thread });
    }
  }
  for (const { from, to, depthBytes } of rings)
    observe('ring_depth_bytes', depthBytes, { from, to });
}

function observeKinds({ kinds }: Figures, observe: Observe): void {
  for (const { kind, thread, messages, failures, actors, queued } of kinds) {
    observe('kind_messages', messages, { thread, kind });
    observe('kind_failures', failures, { thread, kind });
    observe('kind_actors', actors, { thread, kind });
    observe('kind_queued', queued, { thread, kind });
  }
}

/** Quantiles are over what happened since the last collection. */
function observeLatencies(now: Figures, before: Figures, observe: Observe): void {
  const { latency } = overviewOf(now, before);
  for (const [key, [name]] of Object.entries(HISTOGRAM_METRICS)) {
    const { p50Ms, p99Ms } = latency[key as ThreadHistogram];
    if (p50Ms !== null) observe(`${name}_p50_seconds`, p50Ms / 1000, {});
    if (p99Ms !== null) observe(`${name}_p99_seconds`, p99Ms / 1000, {});
  }
}
