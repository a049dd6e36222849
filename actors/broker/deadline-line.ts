import { TimerEntry, type TimerWheel } from '../../runtime/index.js';
import type { Time, Timed } from './core-host.js';
import { NOT_LINED, type Outstanding } from './outstanding.js';

/**
 * Deadlines that are all the same time ahead, in the order in which they were set: so the first one set is the first
 * one due, and a list with one timer at its head does for any number of deliveries.
 */
export class DeadlineLine implements Timed {
  readonly #waitMs: number;
  readonly #wheel: TimerWheel<Timed>;
  readonly #bornMs: number;
  readonly #timer: TimerEntry<Timed>;
  #first: Outstanding | null = null;
  #last: Outstanding | null = null;

  /** @param bornMs monotonic time of the shard's beginning */
  constructor(waitMs: number, wheel: TimerWheel<Timed>, bornMs: number) {
    this.#waitMs = waitMs;
    this.#wheel = wheel;
    this.#bornMs = bornMs;
    this.#timer = new TimerEntry<Timed>(this);
  }

  /** Sets the deadline of a delivery that has none. */
  push(found: Outstanding, time: Time): void {
    found.dueAtMs = Math.ceil(time.nowMs - this.#bornMs) + this.#waitMs;
    found.before = this.#last;
    found.behind = null;
    if (this.#last === null) this.#first = found;
    else this.#last.behind = found;
    this.#last = found;
    // The timer is not moved when its delivery is settled: it looks again when it fires.
    if (!this.#timer.isArmed) this.#wheel.schedule(this.#timer, time.nowMs, this.#waitMs);
  }

  /** Takes a delivery's deadline away. */
  remove(found: Outstanding): void {
    if (!found.isLined) return;
    found.dueAtMs = NOT_LINED;
    if (found.before === null) this.#first = found.behind;
    else found.before.behind = found.behind;
    if (found.behind === null) this.#last = found.before;
    else found.behind.before = found.before;
    found.before = null;
    found.behind = null;
  }

  expired(time: Time): void {
    // What is extended goes to the end, behind all that is due now.
    const nowMs = time.nowMs - this.#bornMs;
    for (let left = this.#first; left !== null && left.dueAtMs <= nowMs; left = this.#first) {
      this.remove(left);
      left.expired(time);
    }
    const first = this.#first;
    if (first === null || this.#timer.isArmed) return;
    this.#wheel.schedule(this.#timer, time.nowMs, Math.max(0, first.dueAtMs - nowMs));
  }
}
