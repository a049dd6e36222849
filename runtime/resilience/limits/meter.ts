/**
 * When the next call may be made, by a rate. Pure: time is an argument. Moments that are taken lie in order, so those
 * who wait are served in the order in which they came.
 */
export interface Meter {
  /** The earliest moment for one more call, `>= nowMs`. */
  next(nowMs: number): number;
  /** Takes the moment that `next` gave. */
  take(atMs: number): void;
}

/**
 * A token bucket: `burst` calls at once, and one more every `intervalMs`. Kept as the one moment at which the bucket
 * would be full again (the generic cell rate algorithm, virtual scheduling: ITU-T I.371), so an hour of idleness costs
 * nothing.
 */
export class TokenBucket implements Meter {
  readonly #intervalMs: number;
  readonly #creditMs: number;
  #fullMs = Number.NEGATIVE_INFINITY;

  /** @param intervalMs > 0 @param burst >= 1 */
  constructor(intervalMs: number, burst: number) {
    this.#intervalMs = intervalMs;
    this.#creditMs = (burst - 1) * intervalMs;
  }

  next(nowMs: number): number {
    return Math.max(nowMs, this.#fullMs - this.#creditMs);
  }

  take(atMs: number): void {
    this.#fullMs = Math.max(this.#fullMs, atMs) + this.#intervalMs;
  }
}

/**
 * A sliding window: in no stretch of `periodMs` more than `limit` calls, exactly. It holds the moments of the last
 * `limit` calls in one typed array.
 */
export class SlidingWindow implements Meter {
  readonly #periodMs: number;
  /** In a circle; the next one to be replaced is the oldest. */
  readonly #momentsMs: Float64Array;
  #oldest = 0;

  /** @param limit 1 to 65,536 */
  constructor(limit: number, periodMs: number) {
    this.#periodMs = periodMs;
    this.#momentsMs = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
  }

  next(nowMs: number): number {
    return Math.max(nowMs, this.#momentsMs[this.#oldest]! + this.#periodMs);
  }

  take(atMs: number): void {
    this.#momentsMs[this.#oldest] = atMs;
    this.#oldest = (this.#oldest + 1) % this.#momentsMs.length;
  }
}
