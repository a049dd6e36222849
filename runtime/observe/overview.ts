import type { CounterName } from '../memory/counters.js';
import {
  addHistograms,
  EMPTY_HISTOGRAM,
  type Histogram,
  histogramSince,
  quantileMs,
} from '../memory/histogram.js';
import { THREAD_HISTOGRAMS, type ThreadHistogram } from '../memory/meter-descriptor.js';
import type { Figures } from './figures.js';
import { type KindOverview, kindOverviews } from './kind-overview.js';
import { NO_HISTOGRAMS, type ThreadFigures } from './thread-figures.js';

/** A system between two readings: rates are per second. */
export interface Overview {
  readonly system: string;
  readonly isMeasured: boolean;
  /** Seconds between the readings. */
  readonly seconds: number;
  readonly threads: readonly ThreadOverview[];
  readonly kinds: readonly KindOverview[];
  readonly flow: readonly FlowOverview[];
  readonly latency: Readonly<Record<ThreadHistogram, Quantiles>>;
  /** Dead letters by reason: all, and how many more each second; reasons without any are left out. */
  readonly deadLetters: readonly {
    readonly reason: string;
    readonly total: number;
    readonly perSecond: number;
  }[];
  readonly totals: {
    readonly actors: number;
    readonly sentPerSecond: number;
    readonly handledPerSecond: number;
    readonly asksPerSecond: number;
    readonly failures: number;
    readonly restarts: number;
    readonly askTimeouts: number;
  };
}

/** What half, and 99 % of all, do not exceed, and how many there were. Null when there were none. */
export interface Quantiles {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** One thread between two readings. What only `metrics` measures is null without it. */
export interface ThreadOverview {
  readonly thread: number;
  /** `stuck`: in one turn since the last reading, or for half a second. */
  readonly state: 'absent' | 'dead' | 'idle' | 'running' | 'stuck';
  readonly handledPerSecond: number;
  readonly load: number;
  readonly running: string | null;
  readonly turnMs: number | null;
  /** Share of the time that was spent in turns, 0 to 1. */
  readonly busy: number | null;
  readonly runQueue: number | null;
  readonly lagMs: number | null;
  readonly heapUsedBytes: number | null;
  readonly heapLimitBytes: number | null;
  readonly openAsks: number | null;
  readonly actors: number;
  readonly failures: number;
  readonly restarts: number;
}

/** What flows from one thread to another. */
export interface FlowOverview {
  readonly from: number;
  readonly to: number;
  readonly bytesPerSecond: number;
  readonly depthBytes: number;
}

const STUCK_MS = 500;

/** Compares two readings. `before` may be the same as `now`: then all rates are 0. */
export function overviewOf(now: Figures, before: Figures): Overview {
  const seconds = Math.max(0, now.atMs - before.atMs) / 1000;
  const perSecond = (count: number): number => (seconds === 0 ? 0 : Math.max(0, count) / seconds);
  const sum = (figures: Figures, name: CounterName): number =>
    figures.threads.reduce((total, { counters }) => total + counters[name], 0);
  const rate = (name: CounterName): number => perSecond(sum(now, name) - sum(before, name));
  const last = new Map(before.threads.map((row) => [row.thread, row]));
  const threads = now.threads.map((row) => threadOverview(row, last.get(row.thread), seconds));
  const { threads: [{ counters } = { counters: {} }] = [] } = now;
  return {
    system: now.system,
    isMeasured: now.isMeasured,
    seconds,
    threads,
    kinds: kindOverviews(now.kinds, before.kinds, seconds),
    flow: flowOverviews(now, before, seconds),
    latency: Object.fromEntries(
      THREAD_HISTOGRAMS.map((name) => [name, quantilesOf(latencySince(now, before, name))]),
    ) as Overview['latency'],
    deadLetters: (Object.keys(counters) as CounterName[])
      .filter((name) => name.startsWith('dead:') && sum(now, name) > 0)
      .map((name) => ({ reason: name.slice(5), total: sum(now, name), perSecond: rate(name) })),
    totals: {
      actors: threads.reduce((total, { actors }) => total + actors, 0),
      sentPerSecond: rate('sent'),
      handledPerSecond: rate('handled'),
      asksPerSecond: rate('asks'),
      failures: sum(now, 'failures'),
      restarts: sum(now, 'restarts'),
      askTimeouts: sum(now, 'askTimeouts'),
    },
  };
}

function threadOverview(
  row: ThreadFigures,
  before: ThreadFigures | undefined,
  seconds: number,
): ThreadOverview {
  const { counters, measured } = row;
  const gauges = measured?.gauges;
  const former = before?.serial === row.serial ? before : undefined;
  const handled = counters.handled - (before?.counters.handled ?? counters.handled);
  const busyMs = (measured?.busyMs ?? 0) - (former?.measured?.busyMs ?? 0);
  return {
    thread: row.thread,
    state: stateOf(row, former, seconds),
    handledPerSecond: seconds === 0 ? 0 : Math.max(0, handled) / seconds,
    load: row.load,
    running: row.running === undefined ? null : runningText(row.running),
    turnMs: measured?.turnMs ?? null,
    busy:
      measured === undefined || seconds === 0
        ? null
        : Math.min(1, Math.max(0, busyMs / seconds / 1000)),
    runQueue: gauges?.runQueue ?? null,
    lagMs: measured === undefined ? null : Math.max(gauges!.lagMs, measured.turnMs),
    heapUsedBytes: gauges?.heapUsedBytes ?? null,
    heapLimitBytes: gauges?.heapLimitBytes ?? null,
    openAsks: gauges?.openAsks ?? null,
    actors: gauges?.actors ?? Math.max(0, counters.spawned - counters.terminated),
    failures: counters.failures,
    restarts: counters.restarts,
  };
}

function runningText({ kind, message }: { kind: string; message: string | undefined }): string {
  return message === undefined ? kind : `${kind} '${message}'`;
}

function stateOf(
  row: ThreadFigures,
  former: ThreadFigures | undefined,
  seconds: number,
): ThreadOverview['state'] {
  if (row.state !== 'running') return row.state;
  if (row.isAsleep) return 'idle';
  const isLongTurn = (row.measured?.turnMs ?? 0) >= STUCK_MS;
  const isStill = former?.heartbeat === row.heartbeat && !former.isAsleep;
  return isLongTurn || (isStill && seconds * 1000 >= STUCK_MS) ? 'stuck' : 'running';
}

function flowOverviews(now: Figures, before: Figures, seconds: number): FlowOverview[] {
  const last = new Map(before.rings.map((ring) => [`${ring.from}>${ring.to}`, ring.position]));
  return now.rings.map(({ from, to, depthBytes, position }) => {
    const bytes = (position - (last.get(`${from}>${to}`) ?? position)) >>> 0;
    return { from, to, depthBytes, bytesPerSecond: seconds === 0 ? 0 : bytes / seconds };
  });
}

function latencySince(now: Figures, before: Figures, name: ThreadHistogram): Histogram {
  const last = new Map(before.threads.map((row) => [row.thread, row]));
  return now.threads.reduce((total, row) => {
    const { [name]: histogram } = row.measured?.histograms ?? NO_HISTOGRAMS;
    const { [name]: former } = last.get(row.thread)?.measured?.histograms ?? NO_HISTOGRAMS;
    return addHistograms(total, histogramSince(histogram, former));
  }, EMPTY_HISTOGRAM);
}

/** Quantiles of a histogram, as JSON can hold them: what is beyond the last bucket counts as null, too. */
export function quantilesOf(histogram: Histogram): Quantiles {
  const finite = (share: number): number | null => {
    const value = quantileMs(histogram, share);
    return Number.isFinite(value) ? value : null;
  };
  return { count: histogram.count, p50Ms: finite(0.5), p99Ms: finite(0.99) };
}
