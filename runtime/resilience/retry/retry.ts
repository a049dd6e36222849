import { checkCount, checkNames, checkNumber, type OptionNames } from '../../base/check-option.js';
import { MAX_TIMER_MS } from '../../base/clock.js';
import { BACKOFF_NAMES, type BackoffOptions, resolveBackoff } from '../backoff.js';
import type { Call, CallOptions } from '../call.js';
import { delay } from '../delay.js';
import { type Environment, environmentOf, type PolicyEnvironment } from '../environment.js';
import { tellListener } from '../listeners.js';
import { attempt, type Operation, type Policy, within } from '../policy.js';
import { retryAfterOf } from '../rejected-error.js';
import type { RetryBudget } from './retry-budget.js';
import { decideRetry, type RetryLimits, type RetryRefusal } from './retry-decision.js';
import { isRetryable } from './retryable.js';

/** One try that failed, and what follows. */
export interface RetryEvent {
  /** 1 for the first try. */
  readonly attempt: number;
  readonly error: unknown;
  /** When the next try begins; undefined when there is none. */
  readonly delayMs: number | undefined;
  /** Why there is none. */
  readonly refusal: RetryRefusal | undefined;
}

/** How often and when a call is tried again. */
export interface RetryOptions {
  /** Tries in all, 1 to 1000. Default 3. */
  readonly attempts?: number;
  /** Delay between tries. Default 50 ms to 5 s, full jitter. */
  readonly backoff?: BackoffOptions;
  /** From the first try to the beginning of the last, above 0 to 2^31 - 1. Default 30 s. */
  readonly totalMs?: number;
  /** Shared by all that call the same destination. Default: none. */
  readonly budget?: RetryBudget;
  /** Default: a property `retryable` of the error, or codes of the runtime that tell of passing trouble. */
  readonly isRetryable?: (error: unknown, idempotent: boolean) => boolean;
  /** What the one called has asked for. Default: a property `retryAfterMs` of the error. */
  readonly retryAfterMs?: (error: unknown) => number | undefined;
  /** Told of each try that failed. What it throws becomes a warning of the process. */
  readonly onFailedTry?: (event: RetryEvent) => void;
}

const NAMES: OptionNames<RetryOptions> = {
  attempts: true,
  backoff: true,
  totalMs: true,
  budget: true,
  isRetryable: true,
  retryAfterMs: true,
  onFailedTry: true,
};

/** Tries again what has failed, as long as that may help. In the end the promise rejects with the last error as it was. */
export class Retry implements Policy {
  readonly #limits: RetryLimits;
  readonly #environment: Environment;
  readonly #options: RetryOptions;
  readonly #withdraw: () => boolean;

  /** @throws {TroupeError} ERR_OPTION */
  constructor(options: RetryOptions = {}, environment?: PolicyEnvironment) {
    checkNames('a retry', options, NAMES);
    const { budget, backoff = { minMs: 50, maxMs: 5000 } } = options;
    checkNames('backoff', backoff, BACKOFF_NAMES);
    this.#options = options;
    this.#environment = environmentOf(environment);
    this.#withdraw = budget === undefined ? () => true : () => budget.withdraw();
    this.#limits = {
      attempts: checkCount('attempts', options.attempts ?? 3, 1, 1000),
      backoff: resolveBackoff(backoff, 'full', 'backoff'),
      totalMs: checkNumber('totalMs', options.totalMs ?? 30_000, Number.MIN_VALUE, MAX_TIMER_MS),
    };
  }

  run<T>(operation: Operation<T>, given?: CallOptions | Call): Promise<T> {
    return within(this.#environment.clock, given, (call) => this.#tryAll(operation, call));
  }

  async #tryAll<T>(operation: Operation<T>, outer: Call): Promise<T> {
    const { clock, loop } = this.#environment;
    const startMs = clock.now();
    const { budget } = this.#options;
    if (budget !== undefined && outer.isFirst(budget)) budget.deposit();
    for (let number = 1; ; number++) {
      const call = outer.inside({ attempt: number });
      try {
        return await attempt(operation, call);
      } catch (error) {
        const delayMs = this.#delayAfter(error, number, clock.now() - startMs, outer);
        if (delayMs === undefined) throw error;
        await delay(loop, delayMs, outer);
      } finally {
        call.end();
      }
    }
  }

  #delayAfter(error: unknown, number: number, elapsedMs: number, call: Call): number | undefined {
    const { onFailedTry, retryAfterMs = retryAfterOf } = this.#options;
    const judge = this.#options.isRetryable ?? isRetryable;
    const failed = {
      attempt: number,
      isAborted: call.isAborted,
      isRetryable: judge(error, call.idempotent),
      retryAfterMs: retryAfterMs(error) ?? 0,
      elapsedMs,
      remainingMs: call.remainingMs,
    };
    const decision = decideRetry(this.#limits, failed, this.#withdraw, this.#environment.random);
    const delayMs = 'delayMs' in decision ? decision.delayMs : undefined;
    const refusal = 'refusal' in decision ? decision.refusal : undefined;
    if (onFailedTry !== undefined) {
      tellListener(onFailedTry, { attempt: number, error, delayMs, refusal });
    }
    return delayMs;
  }
}
