import { checkNumber } from '../base/check-option.js';
import { type Clock, systemClock } from '../base/clock.js';
import { TroupeError } from '../base/errors.js';
import { steady } from './steady-clock.js';

/**
 * The moment until which an answer is of use, on the monotonic clock of the machine, which all threads share.
 * Plain data: put it into a message, and the receiver goes on with what is left. It only ever gets earlier.
 * It means nothing on another machine: send {@link remainingMs} there.
 */
export interface Deadline {
  /** Reading of the clock; `Infinity` for none. */
  readonly atMs: number;
}

/** The deadline of calls that may take for ever. */
export const NO_DEADLINE: Deadline = Object.freeze({ atMs: Number.POSITIVE_INFINITY });

/**
 * A deadline `timeoutMs` from now.
 * @throws {TroupeError} ERR_OPTION unless `timeoutMs >= 0`
 */
export function deadlineAfter(timeoutMs: number, clock: Clock = systemClock): Deadline {
  checkNumber('timeoutMs', timeoutMs, 0, Number.POSITIVE_INFINITY);
  return timeoutMs === Number.POSITIVE_INFINITY
    ? NO_DEADLINE
    : { atMs: steady(clock).now() + timeoutMs };
}

/** The earlier of two. */
export function earlier(a: Deadline, b: Deadline): Deadline {
  return a.atMs <= b.atMs ? a : b;
}

/** The deadline for the next hop: earlier by what this hop keeps for itself. `reserveMs >= 0` */
export function shrink(deadline: Deadline, reserveMs: number): Deadline {
  checkNumber('reserveMs', reserveMs, 0);
  return { atMs: deadline.atMs - reserveMs };
}

/** Milliseconds that are left, 0 when it has passed, `Infinity` without a deadline. */
export function remainingMs(deadline: Deadline, clock: Clock = systemClock): number {
  return Math.max(0, deadline.atMs - steady(clock).now());
}

/**
 * For the first line of a handler: refuses work that nobody waits for any more.
 * @throws {TroupeError} ERR_CALL_TIMEOUT when the deadline has passed
 */
export function refuseLate(deadline: Deadline, clock: Clock = systemClock): void {
  if (remainingMs(deadline, clock) === 0) throw timeoutError(0, 'the deadline of the caller');
}

/** The error of a call that took too long. */
export function timeoutError(timeoutMs: number, where: string): TroupeError {
  const what =
    timeoutMs > 0 ? `no result within ${Math.round(timeoutMs)} ms` : 'the deadline has passed';
  return new TroupeError('ERR_CALL_TIMEOUT', {
    what,
    where,
    mend: 'allow more time, or find out what holds the call up',
  });
}
