import { addHistograms, type Histogram, histogramSince, quantileMs } from '../memory/histogram.js';
import type { KindFigures } from './kind-figures.js';

/** The actors of one kind, over all threads, between two readings. */
export interface KindOverview {
  readonly kind: string;
  readonly actors: number;
  readonly perSecond: number;
  readonly queued: number;
  readonly longestMailbox: number;
  readonly failures: number;
  readonly restarts: number;
  /** Times of handlers between the readings; since the start where there were none. Null: never any. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** One kind in the making. */
interface Sum {
  actors: number;
  messages: number;
  queued: number;
  longestMailbox: number;
  failures: number;
  restarts: number;
  recent: Histogram;
  all: Histogram;
}

/** Kinds of two readings, the busiest first. */
export function kindOverviews(
  now: readonly KindFigures[],
  before: readonly KindFigures[],
  seconds: number,
): KindOverview[] {
  const last = new Map(before.map((row) => [`${row.thread} ${row.kind}`, row]));
  const sums = new Map<string, Sum>();
  for (const row of now) add(sums, row, last.get(`${row.thread} ${row.kind}`));
  return [...sums]
    .map(([kind, { messages, recent, all, ...rest }]) => {
      const timed = recent.count > 0 ? recent : all;
      return {
        kind,
        ...rest,
        perSecond: seconds === 0 ? 0 : messages / seconds,
        p50Ms: finite(quantileMs(timed, 0.5)),
        p99Ms: finite(quantileMs(timed, 0.99)),
      };
    })
    .sort((a, b) => b.perSecond - a.perSecond || (a.kind < b.kind ? -1 : 1));
}

function add(sums: Map<string, Sum>, row: KindFigures, former: KindFigures | undefined): void {
  // A thread that was replaced counts from 0 again.
  const isSame = former !== undefined && former.messages <= row.messages;
  const recent = isSame ? histogramSince(row.handler, former.handler) : row.handler;
  const messages = row.messages - (isSame ? former.messages : 0);
  const sum = sums.get(row.kind);
  sums.set(row.kind, {
    actors: row.actors + (sum?.actors ?? 0),
    messages: messages + (sum?.messages ?? 0),
    queued: row.queued + (sum?.queued ?? 0),
    longestMailbox: Math.max(row.longestMailbox, sum?.longestMailbox ?? 0),
    failures: row.failures + (sum?.failures ?? 0),
    restarts: row.restarts + (sum?.restarts ?? 0),
    recent: sum === undefined ? recent : addHistograms(sum.recent, recent),
    all: sum === undefined ? row.handler : addHistograms(sum.all, row.handler),
  });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
