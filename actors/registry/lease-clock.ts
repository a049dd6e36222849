/**
 * The time that leases run by: monotonic time less the time in which the registry itself stood still. A
 * process that was suspended, a thread that was blocked could not hear heartbeats, nor could others be heard;
 * so a delay of the sweep is forgiven to every lease (Eureka: `additionalLeaseMs`), once and for good.
 */
export class LeaseClock {
  readonly #tickMs: number;
  /** From here on the next tick is late, and time stands still until it comes. */
  #dueMs: number;
  #forgivenMs = 0;
  /** The last stall: when it began, and what had been forgiven before it. */
  #stallStartMs: number;
  #forgivenBeforeMs = 0;

  /** @param tickMs how often `tick` is meant to be called; it may be late by half of that */
  constructor(nowMs: number, tickMs: number) {
    this.#tickMs = tickMs;
    this.#dueMs = nowMs + 1.5 * tickMs;
    this.#stallStartMs = nowMs;
  }

  /** Milliseconds forgiven so far. */
  get forgivenMs(): number {
    return this.#forgivenMs;
  }

  /**
   * To be called every `tickMs`.
   * @returns milliseconds forgiven by this call, 0 for one that is in time
   */
  tick(nowMs: number): number {
    const lateMs = nowMs - this.#dueMs;
    if (lateMs > 0) {
      this.#stallStartMs = this.#dueMs;
      this.#forgivenBeforeMs = this.#forgivenMs;
      this.#forgivenMs += lateMs;
    }
    this.#dueMs = nowMs + 1.5 * this.#tickMs;
    return Math.max(0, lateMs);
  }

  /** The lease time of a moment of monotonic time, not long past. Never decreases from moment to moment. */
  at(momentMs: number): number {
    if (momentMs <= this.#stallStartMs) return momentMs - this.#forgivenBeforeMs;
    const leaseMs = Math.min(momentMs, this.#dueMs) - this.#forgivenMs;
    return Math.max(this.#stallStartMs - this.#forgivenBeforeMs, leaseMs);
  }
}
