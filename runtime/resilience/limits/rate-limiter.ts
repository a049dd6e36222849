import {
  checkCount,
  checkNames,
  checkNumber,
  checkWord,
  type OptionNames,
} from '../../base/check-option.js';
import { MAX_TIMER_MS } from '../../base/clock.js';
import type { Call, CallOptions } from '../call.js';
import { delay } from '../delay.js';
import { type Environment, environmentOf, type PolicyEnvironment } from '../environment.js';
import { attempt, type Operation, type Policy, within } from '../policy.js';
import { RejectedError } from '../rejected-error.js';
import { type Meter, SlidingWindow, TokenBucket } from './meter.js';

/** How many calls in which time. */
export type RateOptions =
  /** One call every `periodMs / limit` on average, `burst` (default `limit`) of them at once. */
  | {
      readonly kind: 'token-bucket';
      readonly limit: number;
      readonly periodMs: number;
      readonly burst?: number;
    }
  /** In no stretch of `periodMs` more than `limit` calls, 1 to 65,536. */
  | { readonly kind: 'sliding-window'; readonly limit: number; readonly periodMs: number };

/** A rate, and what happens to calls above it. */
export type RateLimiterOptions = RateOptions & {
  /** Longest time that a call waits for its turn, 0 to 2^31 - 1. Default 0: refused at once. */
  readonly maxWaitMs?: number;
  /** What it protects, for errors. Default `'rate limiter'`. */
  readonly name?: string;
};

const NAMES: OptionNames<RateLimiterOptions> = {
  kind: true,
  limit: true,
  periodMs: true,
  burst: true,
  maxWaitMs: true,
  name: true,
};

/**
 * Lets calls pass at a rate. Those above it wait for their turn in order, or are refused with `ERR_RATE_LIMITED` and
 * `retryAfterMs`. A turn that was given out is used, also when its caller gives up meanwhile.
 */
export class RateLimiter implements Policy {
  readonly name: string;
  readonly #meter: Meter;
  readonly #maxWaitMs: number;
  readonly #environment: Environment;
  #rejected = 0;

  /** @throws {TroupeError} ERR_OPTION */
  constructor(options: RateLimiterOptions, environment?: PolicyEnvironment) {
    checkNames('a rate limiter', options, NAMES);
    this.#meter = meterOf(options);
    this.#maxWaitMs = checkNumber('maxWaitMs', options.maxWaitMs ?? 0, 0, MAX_TIMER_MS);
    this.name = options.name ?? 'rate limiter';
    this.#environment = environmentOf(environment);
  }

  /** Calls refused since the beginning. */
  get rejected(): number {
    return this.#rejected;
  }

  /** Takes a turn if there is one now. */
  tryAcquire(): boolean {
    return this.#reserve(this.#environment.clock.now(), 0) === 0;
  }

  run<T>(operation: Operation<T>, given?: CallOptions | Call): Promise<T> {
    const { clock, loop } = this.#environment;
    return within(clock, given, async (call) => {
      if (call.isAborted) throw call.reason;
      const longestMs = Math.min(this.#maxWaitMs, call.remainingMs);
      const waitMs = this.#reserve(clock.now(), longestMs);
      if (waitMs > longestMs) throw this.#rejection(waitMs);
      if (waitMs > 0) await delay(loop, waitMs, call);
      return attempt(operation, call);
    });
  }

  /** @returns how long until the turn, which is taken if that is no longer than `longestMs` */
  #reserve(nowMs: number, longestMs: number): number {
    const atMs = this.#meter.next(nowMs);
    const waitMs = atMs - nowMs;
    if (waitMs <= longestMs) this.#meter.take(atMs);
    else this.#rejected++;
    return waitMs;
  }

  #rejection(retryAfterMs: number): RejectedError {
    const text = {
      what: `the next turn is in ${Math.ceil(retryAfterMs)} ms`,
      where: this.name,
      mend: 'wait as long as retryAfterMs says, or allow waiting with maxWaitMs',
    };
    return new RejectedError('ERR_RATE_LIMITED', text, retryAfterMs);
  }
}

function meterOf(options: RateOptions): Meter {
  checkWord('kind', options.kind, ['token-bucket', 'sliding-window']);
  const periodMs = checkNumber('periodMs', options.periodMs, Number.MIN_VALUE, MAX_TIMER_MS);
  if (options.kind === 'sliding-window') {
    return new SlidingWindow(checkCount('limit', options.limit, 1, 65_536), periodMs);
  }
  const limit = checkNumber('limit', options.limit, Number.MIN_VALUE, 1e9);
  const burst = checkNumber('burst', options.burst ?? Math.max(1, limit), 1, 1e9);
  return new TokenBucket(periodMs / limit, burst);
}
