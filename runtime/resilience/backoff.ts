import { checkNumber, checkWord, type OptionNames } from '../base/check-option.js';
import { MAX_TIMER_MS } from '../base/clock.js';
import type { Random } from '../base/random.js';

/**
 * How chance changes a delay `d`: not at all; evenly from `[0, d)`, which spreads callers most; or evenly from
 * `[d, 1.2 d)`, which keeps the least delay.
 */
export type Jitter = 'none' | 'full' | 'above';

/** A delay that grows with each attempt. */
export interface BackoffOptions {
  /** Delay after the first attempt, > 0. */
  readonly minMs: number;
  /** Bound of the delay before jitter, from `minMs` to 2^30. */
  readonly maxMs: number;
  /** Growth from one attempt to the next, >= 1; 1 is a constant delay. Default 2. */
  readonly factor?: number;
  readonly jitter?: Jitter;
}

/** All of {@link BackoffOptions}. */
export const BACKOFF_NAMES: OptionNames<BackoffOptions> = {
  minMs: true,
  maxMs: true,
  factor: true,
  jitter: true,
};

/** {@link BackoffOptions}, checked and complete. */
export type Backoff = Readonly<Required<BackoffOptions>>;

/** Share of the delay that `above` may add. */
const ABOVE = 0.2;

/**
 * Fills in the defaults.
 * @throws {TroupeError} ERR_OPTION naming the field below `where`
 */
export function resolveBackoff(options: BackoffOptions, jitter: Jitter, where: string): Backoff {
  const minMs = checkNumber(`${where}.minMs`, options.minMs, Number.MIN_VALUE, MAX_TIMER_MS / 2);
  return {
    minMs,
    maxMs: checkNumber(`${where}.maxMs`, options.maxMs, minMs, MAX_TIMER_MS / 2),
    factor: checkNumber(`${where}.factor`, options.factor ?? 2, 1),
    jitter: checkWord(`${where}.jitter`, options.jitter ?? jitter, ['none', 'full', 'above']),
  };
}

/**
 * The delay after some attempts in a row. However many, it is a number: a power that overflows is the bound.
 * @param attempts >= 1
 * @returns milliseconds
 *
 * Source: M. Brooker, "Exponential Backoff And Jitter",
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(backoff: Backoff, attempts: number, random: Random): number {
  const delayMs = Math.min(backoff.maxMs, backoff.minMs * backoff.factor ** (attempts - 1));
  if (backoff.jitter === 'none') return delayMs;
  const chance = random.next();
  return backoff.jitter === 'full' ? delayMs * chance : delayMs * (1 + ABOVE * chance);
}
