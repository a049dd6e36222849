import {
  checkCount,
  checkNames,
  checkNumber,
  checkWord,
  type OptionNames,
  optionError,
} from '../../base/check-option.js';
import { BACKOFF_NAMES, type Backoff, type BackoffOptions, resolveBackoff } from '../backoff.js';
import { type JudgeOptions, judgeError, type Verdict } from '../judge.js';
import { SHARED_PERMITS_MAX } from './state-word.js';
import type { WindowOptions } from './window.js';

/** Most permits of one trial. */
export const PERMITS_MAX = 32;
const BUCKETS_MAX = 60;
const COUNT_MAX = 512;
const LAST_100_CALLS: WindowOptions = { kind: 'count', size: 100 };

/** When a breaker opens, for how long, and what closes it again. */
export interface BreakerOptions extends JudgeOptions {
  /** What it protects, for errors and events. Default `'breaker'`. */
  readonly name?: string;
  /** Default: the last 100 calls. */
  readonly window?: WindowOptions;
  /** Opens when this share of the calls in the window failed, above 0 to 1. Default 0.5. */
  readonly failureRate?: number;
  /** Rates are not judged with fewer calls in the window, >= 1. Default 20, or the size of a smaller window. */
  readonly minCalls?: number;
  /**
   * Opens also when a share (`rate`, default 1) of the calls took longer than `ms`. Default: time is not judged. Not
   * with failures in a row, which have no shares.
   */
  readonly slow?: { readonly ms: number; readonly rate?: number };
  /** How long it stays open. Default 5 s, growing to 60 s, jitter above. */
  readonly open?: BackoffOptions & {
    /** Closed for so long, it begins at `minMs` again. Default `maxMs`. */
    readonly resetAfterMs?: number;
  };
  /** What passes when the open time is over. */
  readonly trial?: TrialOptions;
  /** What `shareBreaker` made: the state is shared by all breakers that have it, on whichever thread. */
  readonly shared?: SharedArrayBuffer;
}

/** How a breaker finds out whether it may close. */
export interface TrialOptions {
  /** Calls that pass, 1 to 32, of a shared breaker to 7. Default 3. */
  readonly permits?: number;
  /** A call that has no result after so long has failed. Default 10 s. */
  readonly permitMs?: number;
  /** Calls without a permit that wait for the verdict, 0 to 10^6; not of a shared breaker. Default 0: all are refused. */
  readonly waiting?: number;
}

/** {@link BreakerOptions}, checked and complete. */
export interface BreakerPolicy {
  readonly name: string;
  readonly window: WindowOptions;
  readonly failureRate: number;
  readonly minCalls: number;
  /** `Infinity`: time is not judged. */
  readonly slowMs: number;
  readonly slowRate: number;
  readonly open: Backoff;
  readonly resetAfterMs: number;
  readonly permits: number;
  readonly permitMs: number;
  readonly waiting: number;
  readonly judgeError: (error: unknown) => Verdict;
  readonly judgeValue: ((value: unknown) => Verdict) | undefined;
}

const NAMES: OptionNames<BreakerOptions> = {
  name: true,
  window: true,
  failureRate: true,
  minCalls: true,
  slow: true,
  open: true,
  trial: true,
  shared: true,
  judgeError: true,
  judgeValue: true,
};
const OPEN_NAMES = { ...BACKOFF_NAMES, resetAfterMs: true } as const;
const TRIAL_NAMES: OptionNames<TrialOptions> = { permits: true, permitMs: true, waiting: true };

/**
 * Fills in the defaults.
 * @throws {TroupeError} ERR_OPTION naming the option
 */
export function breakerPolicy(options: BreakerOptions): BreakerPolicy {
  checkNames('a breaker', options, NAMES);
  const { window = LAST_100_CALLS, slow, trial = {} } = options;
  checkNames('trial', trial, TRIAL_NAMES);
  if (slow !== undefined) checkNames('slow', slow, { ms: true, rate: true });
  const most = checkWindow(window);
  if (slow !== undefined && window.kind === 'consecutive') {
    throw optionError(
      'slow',
      'given',
      "a window of kind 'count' or 'time' with it, or leave it out",
    );
  }
  const { open: openOptions = { minMs: 5000, maxMs: 60_000 } } = options;
  checkNames<NonNullable<BreakerOptions['open']>>('open', openOptions, OPEN_NAMES);
  const open = resolveBackoff(openOptions, 'above', 'open');
  const isShared = options.shared !== undefined;
  const permitsMax = isShared ? SHARED_PERMITS_MAX : PERMITS_MAX;
  return {
    name: options.name ?? 'breaker',
    window,
    failureRate: checkNumber('failureRate', options.failureRate ?? 0.5, Number.MIN_VALUE, 1),
    minCalls: checkCount('minCalls', options.minCalls ?? Math.min(20, most), 1, most),
    slowMs: slow === undefined ? Number.POSITIVE_INFINITY : checkNumber('slow.ms', slow.ms, 0),
    slowRate: checkNumber('slow.rate', slow?.rate ?? 1, Number.MIN_VALUE, 1),
    open,
    resetAfterMs: checkNumber('open.resetAfterMs', openOptions.resetAfterMs ?? open.maxMs, 0),
    permits: checkCount('trial.permits', trial.permits ?? 3, 1, permitsMax),
    permitMs: checkNumber('trial.permitMs', trial.permitMs ?? 10_000, Number.MIN_VALUE, 2 ** 30),
    waiting: checkCount('trial.waiting', trial.waiting ?? 0, 0, isShared ? 0 : 1e6),
    judgeError: options.judgeError ?? judgeError,
    judgeValue: options.judgeValue,
  };
}

/** @returns the most calls that the window can hold */
function checkWindow(window: WindowOptions): number {
  checkWord('window.kind', window.kind, ['consecutive', 'count', 'time']);
  if (window.kind === 'consecutive') return checkCount('window.failures', window.failures, 1, 1000);
  if (window.kind === 'count') return checkCount('window.size', window.size, 1, COUNT_MAX);
  checkNumber('window.ms', window.ms, 1, 2 ** 30);
  checkCount('window.buckets', window.buckets ?? 10, 1, BUCKETS_MAX);
  return 2 ** 30;
}
