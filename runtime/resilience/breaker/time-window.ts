import type { ResultWindow } from './window.js';

const CALLS = 0;
const FAILURES = 1;
const SLOW = 2;
const BUCKET_LENGTH = 3;

/**
 * The results of the last `ms`, in buckets of equal length that are used in turn. A result counts until its whole
 * bucket is older than the window, so for `ms - ms / buckets` to `ms`. However long nobody looked, all
 * buckets that are too old are dropped at the next look, at most once round.
 */
export class TimeWindow implements ResultWindow {
  readonly isTimed = true;
  /** Calls, failures, slow calls of each bucket. */
  readonly #counts: Uint32Array;
  readonly #bucketMs: number;
  /** Number of the present bucket since the origin of the clock. */
  #bucket = Number.NaN;
  /** Where its counts begin. */
  #at = 0;
  #calls = 0;
  #failures = 0;
  #slow = 0;

  /** @param buckets 1 to 60 */
  constructor(ms: number, buckets: number) {
    this.#counts = new Uint32Array(buckets * BUCKET_LENGTH);
    this.#bucketMs = ms / buckets;
  }

  get calls(): number {
    return this.#calls;
  }

  get failures(): number {
    return this.#failures;
  }

  get slow(): number {
    return this.#slow;
  }

  record(failed: boolean, slow: boolean, nowMs: number): void {
    this.look(nowMs);
    const at = this.#at;
    const counts = this.#counts;
    counts[at + CALLS] = counts[at + CALLS]! + 1;
    this.#calls++;
    if (failed) {
      counts[at + FAILURES] = counts[at + FAILURES]! + 1;
      this.#failures++;
    }
    if (slow) {
      counts[at + SLOW] = counts[at + SLOW]! + 1;
      this.#slow++;
    }
  }

  look(nowMs: number): void {
    const bucket = Math.floor(nowMs / this.#bucketMs);
    if (bucket === this.#bucket) return;
    const buckets = this.#counts.length / BUCKET_LENGTH;
    const passed = bucket - this.#bucket;
    if (passed > 0 && passed < buckets) {
      for (let each = this.#bucket + 1; each <= bucket; each++) this.#drop(this.#offsetOf(each));
    } else this.clear();
    this.#bucket = bucket;
    this.#at = this.#offsetOf(bucket);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#calls = 0;
    this.#failures = 0;
    this.#slow = 0;
  }

  #offsetOf(bucket: number): number {
    const buckets = this.#counts.length / BUCKET_LENGTH;
    return (((bucket % buckets) + buckets) % buckets) * BUCKET_LENGTH;
  }

  #drop(at: number): void {
    const counts = this.#counts;
    this.#calls -= counts[at + CALLS]!;
    this.#failures -= counts[at + FAILURES]!;
    this.#slow -= counts[at + SLOW]!;
    counts.fill(0, at, at + BUCKET_LENGTH);
  }
}
