import { check } from './harness.js';

/** Buckets of one power of two are 2^7: a quantile is at most 1/128 too high. */
const SUB_BUCKET_BITS = 7;
/** Steps in a microsecond: the smallest difference that is kept is 10 ns. */
const STEPS_PER_US = 100;
/** The greatest number of steps, 42.9 s: what took longer counts as that, but for `maxUs`. */
const MAX_STEPS = 2 ** 32 - 1;
const BUCKET_COUNT = bucketOf(MAX_STEPS) + 1;

/** The quantiles of a latency that are reported, in microseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly p999Us: number;
  readonly maxUs: number;
}

/**
 * The bucket of a number of steps: below 256 one each, above that 128 for each power of two.
 * @param steps an integer from 0 to 2^32 - 1
 */
export function bucketOf(steps: number): number {
  const shift = Math.max(0, 31 - Math.clz32(steps) - SUB_BUCKET_BITS);
  return (shift << SUB_BUCKET_BITS) + (steps >>> shift);
}

/** The greatest number of steps that falls into a bucket. */
export function lastStepOf(bucket: number): number {
  const shift = Math.max(0, (bucket >>> SUB_BUCKET_BITS) - 1);
  return (bucket - (shift << SUB_BUCKET_BITS) + 1) * 2 ** shift - 1;
}

/**
 * A log-linear histogram of latencies: recording is a few instructions, whatever the range, and the
 * memory is 26 KiB. Quantiles are exact below 2.56 us and at most 0.8 % too high above; the
 * greatest latency is exact. Source: HdrHistogram.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKET_COUNT);
  #count = 0;
  #maxUs = 0;

  /**
   * Counts one latency.
   * @param us microseconds, from 0 up
   * @throws {Error} when it is none
   */
  record(us: number): void {
    check(us >= 0, () => `a latency of ${us} us`);
    const bucket = bucketOf(Math.min(Math.round(us * STEPS_PER_US), MAX_STEPS));
    this.#counts[bucket]!++;
    this.#count++;
    if (us > this.#maxUs) this.#maxUs = us;
  }

  get count(): number {
    return this.#count;
  }

  /** The greatest latency; 0 of none. */
  get maxUs(): number {
    return this.#maxUs;
  }

  /**
   * The latency, in microseconds, that the share `q` of all does not exceed: nearest rank, the upper
   * edge of its bucket. 0 of none.
   * @param q from 0 to 1
   */
  quantileUs(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) {
      seen += this.#counts[bucket]!;
      if (seen >= rank) return Math.min(lastStepOf(bucket) / STEPS_PER_US, this.#maxUs);
    }
    return 0;
  }

  summary(): LatencySummary {
    return {
      count: this.#count,
      p50Us: this.quantileUs(0.5),
      p99Us: this.quantileUs(0.99),
      p999Us: this.quantileUs(0.999),
      maxUs: this.#maxUs,
    };
  }

  /** Forgets all. */
  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#maxUs = 0;
  }
}
