/**
 * Durations by power-of-two buckets, in shared memory. Bucket `i` counts durations up to
 * `0.25 * 2^i` microseconds that are longer than the bucket before it takes; the last one takes all longer ones.
 *
 * ```
 *  +--------------+--------------+-------------------------------------+
 *  | Count (f64)  | Sum ms (f64) | BUCKET_COUNT counts (f64) ...       |
 *  +--------------+--------------+-------------------------------------+
 * ```
 * One thread writes with plain stores, any thread reads: a reader may see the count a few instructions
 * before the bucket.
 */
export const BUCKET_COUNT = 32;
/** Words (f64) of one histogram. */
export const HISTOGRAM_WORDS = 2 + BUCKET_COUNT;

const COUNT_WORD = 0;
const SUM_WORD = 1;
const FIRST_BUCKET = 2;
/** Buckets count quarters of a microsecond. */
const QUARTERS_PER_MS = 4000;
const MAX_QUARTERS = 2 ** 31;

/** The bucket of a duration in milliseconds. Negative durations count as 0. */
export function bucketOf(durationMs: number): number {
  const quarters = Math.ceil(durationMs * QUARTERS_PER_MS);
  if (quarters <= 1) return 0;
  return quarters > MAX_QUARTERS ? BUCKET_COUNT - 1 : 32 - Math.clz32(quarters - 1);
}

/** The longest duration in milliseconds that a bucket takes; Infinity for the last. */
export function bucketLimitMs(bucket: number): number {
  return bucket === BUCKET_COUNT - 1 ? Number.POSITIVE_INFINITY : 2 ** bucket / QUARTERS_PER_MS;
}

/** Counts one duration. @param offset of the histogram in `words` */
export function recordDuration(words: Float64Array, offset: number, durationMs: number): void {
  words[offset + COUNT_WORD] = words[offset + COUNT_WORD]! + 1;
  words[offset + SUM_WORD] = words[offset + SUM_WORD]! + durationMs;
  const bucket = offset + FIRST_BUCKET + bucketOf(durationMs);
  words[bucket] = words[bucket]! + 1;
}

/** A histogram at one moment. */
export interface Histogram {
  readonly count: number;
  readonly sumMs: number;
  /** By bucket, not cumulative. */
  readonly buckets: readonly number[];
}

/** Reads a histogram out of shared memory. */
export function readHistogram(words: Float64Array, offset: number): Histogram {
  const first = offset + FIRST_BUCKET;
  return {
    count: words[offset + COUNT_WORD]!,
    sumMs: words[offset + SUM_WORD]!,
    buckets: Array.from(words.subarray(first, first + BUCKET_COUNT)),
  };
}

/** A histogram in which nothing was counted. */
export const EMPTY_HISTOGRAM: Histogram = {
  count: 0,
  sumMs: 0,
  buckets: new Array<number>(BUCKET_COUNT).fill(0),
};

/** What was counted in either. */
export function addHistograms(a: Histogram, b: Histogram): Histogram {
  return {
    count: a.count + b.count,
    sumMs: a.sumMs + b.sumMs,
    buckets: a.buckets.map((count, bucket) => count + b.buckets[bucket]!),
  };
}

/** What was counted since an earlier reading; all of it when the thread has begun anew since. */
export function histogramSince(now: Histogram, before: Histogram): Histogram {
  if (now.count < before.count) return now;
  return {
    count: now.count - before.count,
    sumMs: now.sumMs - before.sumMs,
    buckets: now.buckets.map((count, bucket) => Math.max(0, count - before.buckets[bucket]!)),
  };
}

/**
 * The duration that a share of all does not exceed, as the limit of its bucket: at most twice the true
 * one. NaN when nothing was counted.
 * @param share from 0 to 1
 */
export function quantileMs(histogram: Histogram, share: number): number {
  const total = histogram.buckets.reduce((sum, count) => sum + count, 0);
  if (total === 0) return Number.NaN;
  let left = share * total;
  for (const [bucket, count] of histogram.buckets.entries()) {
    left -= count;
    if (left <= 0 && count > 0) return bucketLimitMs(bucket);
  }
  return Number.POSITIVE_INFINITY;
}
