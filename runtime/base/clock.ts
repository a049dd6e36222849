import { performance } from 'node:perf_hooks';
import { optionError } from './check-option.js';

/**
 * A source of time. Durations are always measured on a monotonic clock: it never steps back and
 * knows nothing of dates.
 */
export interface Clock {
  /** Milliseconds since an arbitrary start, with fractions; never decreases. */
  now(): number;
}

/** Readings taken to join the two clocks of a thread; the tightest one counts. */
const ORIGIN_READING_COUNT = 8;

/**
 * `performance.now()` is cheap but counts from the start of its own thread; `process.hrtime()` counts
 * from one origin for all threads. Their difference, taken once a thread, joins both. Were the
 * thread set aside between the two readings, its clock would be wrong by that pause for good; so
 * the one is read between two of the other, several times, and the closest pair is kept.
 */
const THREAD_ORIGIN_MS = (() => {
  let originMs = 0;
  let tightestMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < ORIGIN_READING_COUNT; i++) {
    const beforeMs = performance.now();
    const [seconds, nanoseconds] = process.hrtime();
    const afterMs = performance.now();
    if (afterMs - beforeMs >= tightestMs) continue;
    tightestMs = afterMs - beforeMs;
    originMs = seconds * 1e3 + nanoseconds / 1e6 - (beforeMs + afterMs) / 2;
  }
  return originMs;
})();

/**
 * The monotonic clock of the machine: readings of different threads can be compared, to about a
 * microsecond.
 */
export const systemClock: Clock = {
  now: () => THREAD_ORIGIN_MS + performance.now(),
};

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #nowMs: number;

  constructor(nowMs = 0) {
    if (typeof nowMs !== 'number') throw optionError('ManualClock', nowMs, 'a number');
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Moves time forward. `deltaMs >= 0`. */
  advance(deltaMs: number): void {
    if (!(deltaMs >= 0)) throw new RangeError(`a clock does not go back: advance(${deltaMs})`);
    this.#nowMs += deltaMs;
  }
}

/** The longest delay that the event loop's own timers can take; a longer one would fire at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
