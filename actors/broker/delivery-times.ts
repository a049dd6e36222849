import { TimerEntry, type TimerWheel } from '../../runtime/index.js';
import type { Time, Timed } from './core-host.js';
import { DeadlineLine } from './deadline-line.js';
import type { Outstanding } from './outstanding.js';

/** When something happens to a message by itself: its deadline while it is in flight, or the end of a delay. */
export class DeliveryTimes {
  readonly #ackWaitMs: number;
  readonly #wheel: TimerWheel<Timed>;
  readonly #deadlines: DeadlineLine;

  /** @param bornMs monotonic time of the shard's beginning */
  constructor(ackWaitMs: number, wheel: TimerWheel<Timed>, bornMs: number) {
    this.#ackWaitMs = ackWaitMs;
    this.#wheel = wheel;
    this.#deadlines = new DeadlineLine(ackWaitMs, wheel, bornMs);
  }

  /** Sets its time, in place of the one that it has. */
  set(found: Outstanding, delayMs: number, time: Time): void {
    this.clear(found);
    if (found.state === 'in-flight' && delayMs === this.#ackWaitMs) {
      this.#deadlines.push(found, time);
      return;
    }
    found.timer ??= new TimerEntry<Timed>(found);
    this.#wheel.schedule(found.timer, time.nowMs, delayMs);
  }

  /** No time of it comes any more. */
  clear(found: Outstanding): void {
    if (found.isLined) this.#deadlines.remove(found);
    else if (found.timer !== null) this.#wheel.cancel(found.timer);
  }
}
