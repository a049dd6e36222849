import { checkNames, checkNumber, type OptionNames } from '../base/check-option.js';
import type { Random } from '../base/random.js';

/** What a user says about the delay before a restart. */
export interface BackoffOptions {
  /** Delay before the first restart, > 0. */
  readonly minMs: number;
  /** Bound of the delay before jitter is added, >= `minMs`. */
  readonly maxMs: number;
  /** Growth from one attempt to the next, >= 1. Default 2. */
  readonly factor?: number;
  /** Share of the delay that chance may add, 0 to 1. Default 0.2. */
  readonly jitter?: number;
  /** A child that ran this long since its last start begins at `minMs` again, >= 0. Default `maxMs`. */
  readonly resetAfterMs?: number;
}

/** {@link BackoffOptions}, checked and complete. */
export type BackoffPolicy = Readonly<Required<BackoffOptions>>;

const NAMES: OptionNames<BackoffOptions> = {
  minMs: true,
  maxMs: true,
  factor: true,
  jitter: true,
  resetAfterMs: true,
};

/**
 * Fills in the defaults.
 * @throws {TroupeError} ERR_OPTION naming the field below `where`
 */
export function resolveBackoff(options: BackoffOptions, where: string): BackoffPolicy {
  checkNames(where, options, NAMES);
  const minMs = checkNumber(`${where}.minMs`, options.minMs, Number.MIN_VALUE);
  const maxMs = checkNumber(`${where}.maxMs`, options.maxMs, minMs);
  return {
    minMs,
    maxMs,
    factor: checkNumber(`${where}.factor`, options.factor ?? 2, 1),
    jitter: checkNumber(`${where}.jitter`, options.jitter ?? 0.2, 0, 1),
    resetAfterMs: checkNumber(`${where}.resetAfterMs`, options.resetAfterMs ?? maxMs, 0),
  };
}

/**
 * Restarts in a row after one more failure.
 * @param attempts restarts in a row so far, 0 for a child that never failed
 * @param ranMs how long the incarnation ran since it reported its start; -1 if its start failed
 */
export function nextAttempts(policy: BackoffPolicy, attempts: number, ranMs: number): number {
  return ranMs >= policy.resetAfterMs && ranMs >= 0 ? 1 : attempts + 1;
}

/**
 * Exponential backoff: `d = min(maxMs, minMs * factor^(attempts - 1))`, and a delay evenly drawn from
 * `[d, d * (1 + jitter))`, so that children which failed together do not come back together, not
 * even at the bound.
 *
 * @param attempts restarts in a row with this one, >= 1
 * @returns milliseconds, > 0
 *
 * Source: `BackoffSupervisor.calculateDelay`,
 * https://pekko.apache.org/docs/pekko/current/typed/fault-tolerance.html
 */
export function backoffDelayMs(policy: BackoffPolicy, attempts: number, random: Random): number {
  const delayMs = Math.min(policy.maxMs, policy.minMs * policy.factor ** (attempts - 1));
  return delayMs * (1 + random.next() * policy.jitter);
}
