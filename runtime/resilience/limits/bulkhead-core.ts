import { assert } from '../../base/assert.js';

/** How full it is: there is a free place; only the queue has room; nothing has. */
export type BulkheadState = 'free' | 'busy' | 'full';

/** What becomes of a call that comes. */
export type BulkheadEntry = 'run' | 'wait' | 'refuse';

/** What becomes of the place of a call that ends: it is free, or the first that waits gets it. */
export type BulkheadExit = 'release' | 'pass-on';

/**
 * | state  | running | waiting | a call comes |
 * |--------|---------|---------|--------------|
 * | `free` | < limit | 0       | `run`        |
 * | `busy` | = limit | < most  | `wait`       |
 * | `full` | = limit | = most  | `refuse`     |
 */
export const BULKHEAD_ENTRIES: Readonly<Record<BulkheadState, BulkheadEntry>> = {
  free: 'run',
  busy: 'wait',
  full: 'refuse',
};

/** Counts the calls that run and those that wait. Nobody waits while there is a free place. */
export class BulkheadCore {
  readonly #limit: number;
  readonly #mostWaiting: number;
  #running = 0;
  #waiting = 0;

  constructor(limit: number, mostWaiting: number) {
    this.#limit = limit;
    this.#mostWaiting = mostWaiting;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get state(): BulkheadState {
    if (this.#running < this.#limit) return 'free';
    return this.#waiting < this.#mostWaiting ? 'busy' : 'full';
  }

  /** A call comes. */
  enter(): BulkheadEntry {
    const entry = BULKHEAD_ENTRIES[this.state];
    if (entry === 'run') this.#running++;
    if (entry === 'wait') this.#waiting++;
    return entry;
  }

  /** A call has ended. With `pass-on` the first that waits runs now. */
  leave(): BulkheadExit {
    assert(this.#running > 0, () => 'more calls have ended than began');
    if (this.#waiting === 0) {
      this.#running--;
      return 'release';
    }
    this.#waiting--;
    return 'pass-on';
  }

  /** One that waits has gone. */
  giveUp(): void {
    assert(this.#waiting > 0, () => 'nobody waits');
    this.#waiting--;
  }
}
