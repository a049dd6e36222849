import type { Random } from '../../base/random.js';
import { type Backoff, backoffMs } from '../backoff.js';

/** What a retry is bound by. */
export interface RetryLimits {
  /** Tries in all. */
  readonly attempts: number;
  readonly backoff: Backoff;
  /** From the first try to the beginning of the last. */
  readonly totalMs: number;
}

/** One failed try. */
export interface FailedTry {
  /** 1 for the first. */
  readonly attempt: number;
  /** The caller has given up. */
  readonly isAborted: boolean;
  readonly isRetryable: boolean;
  /** What the one called has asked for; 0 if nothing. */
  readonly retryAfterMs: number;
  /** Since the first try began. */
  readonly elapsedMs: number;
  /** Until the deadline of the call. */
  readonly remainingMs: number;
}

/** Why there is no other try, in the order in which it is looked at; `budget` comes last, since asking takes from it. */
export const RETRY_REFUSALS = ['aborted', 'final', 'attempts', 'time', 'budget'] as const;

/** One of {@link RETRY_REFUSALS}. */
export type RetryRefusal = (typeof RETRY_REFUSALS)[number];

/** Another try after a delay, or none. */
export type RetryDecision = { readonly delayMs: number } | { readonly refusal: RetryRefusal };

type Check = (limits: RetryLimits, failed: FailedTry, delayMs: number) => boolean;

/**
 * | refusal    | when                                                                          |
 * |------------|-------------------------------------------------------------------------------|
 * | `aborted`  | the caller has given up                                                       |
 * | `final`    | the error is not retryable                                                    |
 * | `attempts` | this was the last try allowed                                                 |
 * | `time`     | the delay would last to the end of the total time or to the deadline, or more |
 * | `budget`   | the budget has no retry left                                                  |
 */
const CHECKS: Readonly<Record<Exclude<RetryRefusal, 'budget'>, Check>> = {
  aborted: (_, { isAborted }) => isAborted,
  final: (_, { isRetryable }) => !isRetryable,
  attempts: ({ attempts }, { attempt }) => attempt >= attempts,
  time: ({ totalMs }, { elapsedMs, remainingMs }, delayMs) =>
    delayMs >= Math.min(totalMs - elapsedMs, remainingMs),
};

/**
 * Decides whether a failed try is followed by another. The delay is that of the backoff, or what the one called has
 * asked for if that is longer.
 * @param withdraw takes one retry from the budget; asked last, and only when nothing else is against it
 */
export function decideRetry(
  limits: RetryLimits,
  failed: FailedTry,
  withdraw: () => boolean,
  random: Random,
): RetryDecision {
  const ownMs = backoffMs(limits.backoff, failed.attempt, random);
  const delayMs = Math.max(ownMs, failed.retryAfterMs);
  for (const refusal of RETRY_REFUSALS) {
    const isRefused = refusal === 'budget' ? !withdraw() : CHECKS[refusal](limits, failed, delayMs);
    if (isRefused) return { refusal };
  }
  return { delayMs };
}
