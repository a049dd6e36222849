import { type Clock, systemClock } from '../base/clock.js';

/**
 * Makes a clock that may be set back into one that never goes back: a step back counts as no time at all,
 * and from there on time passes as the other clock says. A step forward cannot be told from idleness.
 *
 * Policies read every clock but the system's through it, so that no state of theirs can wait for a moment that
 * the other clock will not reach for an hour.
 */
export class SteadyClock implements Clock {
  readonly #clock: Clock;
  #offsetMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    const readMs = this.#clock.now() + this.#offsetMs;
    if (readMs >= this.#lastMs) {
      this.#lastMs = readMs;
      return readMs;
    }
    this.#offsetMs += this.#lastMs - readMs;
    return this.#lastMs;
  }
}

const steadied = new WeakMap<Clock, SteadyClock>();

/** The clock as policies read it, one for all of them: the system's own is steady already. */
export function steady(clock: Clock): Clock {
  if (clock === systemClock || clock instanceof SteadyClock) return clock;
  let known = steadied.get(clock);
  if (known === undefined) {
    known = new SteadyClock(clock);
    steadied.set(clock, known);
  }
  return known;
}
