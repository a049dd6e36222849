const FIRST_CAPACITY = 4;
/** Of the many that never restart. */
const NO_TIMES = new Float64Array(0);

/**
 * The maximum restart intensity (OTP: MaxR restarts within MaxT): a sliding window over the times of
 * the last restarts. A time belongs to the window while `nowMs <= time + periodMs`.
 *
 * The times lie in a circular buffer of power-of-two capacity which never holds more than `limit`
 * of them, and grows only as far as restarts happen.
 *
 * Source: https://www.erlang.org/doc/system/sup_princ.html#maximum-restart-intensity;
 * `add_restart/1` in stdlib's supervisor.erl.
 */
export class RestartIntensity {
  readonly #limit: number;
  readonly #periodMs: number;
  #timesMs: Float64Array;
  #firstIndex: number;
  #count: number;

  /**
   * @param limit restarts allowed within a period, a whole number >= 0; 0 allows none
   * @param periodMs length of the window, > 0
   */
  constructor(limit: number, periodMs: number) {
    this.#limit = limit;
    this.#periodMs = periodMs;
    this.#timesMs = NO_TIMES;
    this.#firstIndex = 0;
    this.#count = 0;
  }

  /** Restarts in the window at the last call of {@link record}. */
  get count(): number {
    return this.#count;
  }

  /**
   * Asks for one more restart.
   * @param nowMs monotonic, never less than at the call before
   * @returns true if it is allowed, and then it is counted; false if it would be one too many
   */
  record(nowMs: number): boolean {
    this.#forget(nowMs);
    if (this.#count >= this.#limit) return false;
    if (this.#count === this.#timesMs.length) this.#grow();
    this.#timesMs[(this.#firstIndex + this.#count) & (this.#timesMs.length - 1)] = nowMs;
    this.#count++;
    return true;
  }

  #forget(nowMs: number): void {
    while (this.#count > 0 && nowMs > this.#timesMs[this.#firstIndex]! + this.#periodMs) {
      this.#firstIndex = (this.#firstIndex + 1) & (this.#timesMs.length - 1);
      this.#count--;
    }
  }

  #grow(): void {
    const old = this.#timesMs;
    const grown = new Float64Array(Math.max(old.length * 2, FIRST_CAPACITY));
    for (let i = 0; i < this.#count; i++) {
      grown[i] = old[(this.#firstIndex + i) & (old.length - 1)]!;
    }
    this.#timesMs = grown;
    this.#firstIndex = 0;
  }
}
