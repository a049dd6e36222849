import { TimerEntry, type TimerWheel } from '../../runtime/index.js';
import type { Time, Timed } from './core-host.js';

/** Share of a second's messages that may be given out at once after a pause. */
const BURST_SECONDS = 0.1;

/** Lets so many messages a second pass, in bursts of a tenth of a second: a token bucket. */
export class RateGate implements Timed {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #wheel: TimerWheel<Timed>;
  readonly #timer: TimerEntry<Timed>;
  readonly #opened: () => void;
  #tokens: number;
  #atMs: number;

  /** @param opened called when one may pass again, after {@link isOpen} was false */
  constructor(perSecond: number, wheel: TimerWheel<Timed>, nowMs: number, opened: () => void) {
    this.#perMs = perSecond / 1000;
    this.#burst = Math.max(1, perSecond * BURST_SECONDS);
    this.#wheel = wheel;
    this.#timer = new TimerEntry<Timed>(this);
    this.#opened = opened;
    this.#tokens = this.#burst;
    this.#atMs = nowMs;
  }

  /** True when one may pass. */
  isOpen({ nowMs }: Time): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
    if (this.#tokens >= 1) return true;
    const waitMs = Math.ceil((1 - this.#tokens) / this.#perMs);
    if (!this.#timer.isArmed) this.#wheel.schedule(this.#timer, nowMs, waitMs);
    return false;
  }

  /** One has passed. */
  pass(): void {
    this.#tokens--;
  }

  expired(): void {
    this.#opened();
  }

  /** Nobody waits any more. */
  close(): void {
    this.#wheel.cancel(this.#timer);
  }
}
