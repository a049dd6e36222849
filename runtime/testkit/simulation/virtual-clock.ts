import type { Clock } from '../../base/clock.js';
import type { Random } from '../../base/random.js';
import type { VirtualTime } from './virtual-time.js';

/** What a paused clock still moves at each reading, so that who waits for time comes to an end. */
const CREEP_MS = 0.001;
/** Share of the readings before which the thread was slow. */
const SLOW_SHARE = 0.02;
const SLOW_MS = 1.5;

/**
 * The clock of one virtual thread. Each reading costs a little time, so that turns are cut where the seed
 * wants it. It can be paused: then its thread lives in the past until the pause is over, and never goes back.
 */
export class VirtualClock implements Clock {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #onRead: () => void;
  /** Most milliseconds that a reading costs. */
  readonly #costMs: number;
  #lastMs: number;
  #pausedUntilMs = 0;

  constructor(time: VirtualTime, random: Random, costMs: number, onRead: () => void) {
    this.#time = time;
    this.#random = random;
    this.#costMs = costMs;
    this.#onRead = onRead;
    this.#lastMs = time.nowMs;
  }

  pause(ms: number): void {
    this.#lastMs = Math.max(this.#lastMs, this.#time.nowMs);
    this.#pausedUntilMs = this.#time.nowMs + ms;
  }

  get isPaused(): boolean {
    return this.#time.nowMs < this.#pausedUntilMs;
  }

  now(): number {
    this.#onRead();
    const chance = this.#random.next();
    this.#time.spend(chance < SLOW_SHARE && this.#costMs > 0 ? SLOW_MS : chance * this.#costMs);
    this.#lastMs = this.isPaused
      ? this.#lastMs + CREEP_MS
      : Math.max(this.#lastMs, this.#time.nowMs);
    return this.#lastMs;
  }
}
