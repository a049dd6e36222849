import { JOURNAL_DURATIONS } from '../base/duration-meter.js';
import { HISTOGRAM_WORDS } from './histogram.js';

/**
 * What is measured beyond the counters, when `metrics` is on: f64 words in shared memory, an area for each
 * member, which that member alone writes and anybody may read, also while it is stuck.
 *
 * ```
 *  +------------------------------------------------------------+
 *  | Gauges, GAUGE_WORDS                                        |
 *  +------------------------------------------------------------+
 *  | Histograms: event-loop lag, mailbox wait, ask, journal     |  HISTOGRAM_WORDS each
 *  +------------------------------------------------------------+
 *  | Kinds, KIND_ROWS rows of KIND_WORDS                        |  row 0: all that found no row
 *  |   word 0 label   1 messages   2 failures   3 restarts      |
 *  |   word 4 actors  5 queued     6 longest mailbox            |
 *  |   word 8 histogram of handler times                        |
 *  +------------------------------------------------------------+
 * ```
 * A thread that takes an area over clears it: all values count from the start of the thread.
 */
export const GAUGES = [
  /** Monotonic time of the last sample: what is older than a few seconds is of a stuck thread. */
  'sampledAtMs',
  /** Monotonic time at which the present turn began; 0 between turns. */
  'turnStartMs',
  /** Time in turns since the thread began. */
  'busyMs',
  /** Longest turn since the thread began. */
  'longestTurnMs',
  /** Actors that wait for a turn after the last one. */
  'runQueue',
  /** How late the last timer of the event loop was. */
  'lagMs',
  'heapUsedBytes',
  'heapTotalBytes',
  'heapLimitBytes',
  'externalBytes',
  /** Asks without an answer, questions of the runtime itself among them. */
  'openAsks',
  /** Actors that live on the thread. */
  'actors',
  /** Kinds that have a row. */
  'kinds',
] as const;

/** The name of a gauge. */
export type GaugeName = (typeof GAUGES)[number];

/** Index of each gauge in an area. */
export const GaugeIndex = Object.fromEntries(GAUGES.map((name, index) => [name, index])) as {
  readonly [N in GaugeName]: number;
};

/** Words of the gauges. */
export const GAUGE_WORDS = 16;

/** Histograms of a thread, in order. */
export const THREAD_HISTOGRAMS = ['lag', 'mailboxWait', 'ask', ...JOURNAL_DURATIONS] as const;
export type ThreadHistogram = (typeof THREAD_HISTOGRAMS)[number];

/** Word at which a histogram of a thread begins in its area. */
export function threadHistogramWord(name: ThreadHistogram): number {
  return GAUGE_WORDS + THREAD_HISTOGRAMS.indexOf(name) * HISTOGRAM_WORDS;
}

/** Kinds that one thread tells apart; the others share row 0. */
export const KIND_ROWS = 128;

/** Index of each word in the row of a kind. */
export const KindWord = {
  LABEL: 0,
  MESSAGES: 1,
  FAILURES: 2,
  RESTARTS: 3,
  ACTORS: 4,
  QUEUED: 5,
  LONGEST: 6,
  HANDLER: 8,
} as const;

/** Words of the row of a kind, so that rows begin on cache lines. */
export const KIND_WORDS = Math.ceil((KindWord.HANDLER + HISTOGRAM_WORDS) / 8) * 8;

const KINDS_WORD = Math.ceil((GAUGE_WORDS + THREAD_HISTOGRAMS.length * HISTOGRAM_WORDS) / 8) * 8;

/** Word at which the row of a kind begins in an area. */
export function kindRowWord(row: number): number {
  return KINDS_WORD + row * KIND_WORDS;
}

/** Words of the area of one member, whole pairs of cache lines. */
export const METER_WORDS = Math.ceil(kindRowWord(KIND_ROWS) / 16) * 16;

/** Memory for the meters of `members` threads. */
export function createMeters(members: number): SharedArrayBuffer {
  return new SharedArrayBuffer(members * METER_WORDS * 8);
}

/** The area of one member. */
export function meterArea(meters: SharedArrayBuffer, member: number): Float64Array {
  return new Float64Array(meters, member * METER_WORDS * 8, METER_WORDS);
}
