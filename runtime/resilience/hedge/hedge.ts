import {
  checkCount,
  checkNames,
  checkNumber,
  type OptionNames,
  optionError,
} from '../../base/check-option.js';
import { MAX_TIMER_MS } from '../../base/clock.js';
import { TroupeError } from '../../base/errors.js';
import type { Call, CallOptions } from '../call.js';
import { type Environment, environmentOf, type PolicyEnvironment } from '../environment.js';
import { attempt, type Operation, type Policy, within } from '../policy.js';
import { RetryBudget } from '../retry/retry-budget.js';
import { LatencyQuantile } from './latency-quantile.js';

/** When a second try is made beside the first. */
export interface HedgeOptions {
  /** After so long without a result, above 0 to 2^31 - 1; with `quantile` only until latencies are known. */
  readonly afterMs: number;
  /** After this quantile of the latencies seen, such as 0.95. */
  readonly quantile?: number;
  /** Tries beside the first, 1 to 10. Default 1. */
  readonly most?: number;
  /** Bounds hedges by calls, as it does retries; may be the same one. */
  readonly budget: RetryBudget;
}

const NAMES: OptionNames<HedgeOptions> = {
  afterMs: true,
  quantile: true,
  most: true,
  budget: true,
};

/**
 * Tries again while the first try is still under way, and takes the first result: cuts the tail of latencies that differ
 * by chance. Only for calls with `idempotent: true`; others pass as they are. The tries that lose are given up.
 * When all fail, the promise rejects with the last error.
 *
 * Source: Dean and Barroso, "The Tail at Scale", CACM 56(2), 2013.
 */
export class Hedge implements Policy {
  readonly #options: HedgeOptions;
  readonly #most: number;
  readonly #latency: LatencyQuantile | undefined;
  readonly #environment: Environment;
  #hedges = 0;

  /** @throws {TroupeError} ERR_OPTION */
  constructor(options: HedgeOptions, environment?: PolicyEnvironment) {
    checkNames('a hedge', options, NAMES);
    checkNumber('afterMs', options.afterMs, Number.MIN_VALUE, MAX_TIMER_MS);
    this.#most = checkCount('most', options.most ?? 1, 1, 10);
    if (options.quantile !== undefined) {
      checkNumber('quantile', options.quantile, 0.01, 0.999);
      this.#latency = new LatencyQuantile(options.quantile);
    }
    if (!(options.budget instanceof RetryBudget)) {
      throw optionError(
        'budget',
        options.budget,
        'a RetryBudget: hedges without a bound double the load',
      );
    }
    this.#options = options;
    this.#environment = environmentOf(environment);
  }

  /** Tries made beside a first one. */
  get hedges(): number {
    return this.#hedges;
  }

  run<T>(operation: Operation<T>, given?: CallOptions | Call): Promise<T> {
    return within(this.#environment.clock, given, (call) => {
      if (!call.idempotent) return attempt(operation, call);
      const { budget } = this.#options;
      if (call.isFirst(budget)) budget.deposit();
      return attempt((call) => this.#race(operation, call), call);
    });
  }

  #race<T>(operation: Operation<T>, outer: Call): Promise<T> {
    const { loop } = this.#environment;
    const calls: Call[] = [];
    let running = 0;
    let timer: unknown;
    return new Promise<T>((resolve, reject) => {
      const finish = (): void => {
        unlisten();
        loop.clear(timer);
        for (const call of calls) {
          call.end();
          call.abort(lost());
        }
      };
      const unlisten = outer.onAbort(() => loop.clear(timer));
      const launch = (): void => {
        const call = outer.inside({});
        calls.push(call);
        running++;
        if (calls.length <= this.#most) timer = loop.after(this.#delayMs, hedge);
        this.#measured(operation, call).then(
          (value) => {
            finish();
            resolve(value);
          },
          (error: unknown) => {
            if (--running > 0) return;
            finish();
            reject(error);
          },
        );
      };
      const hedge = (): void => {
        if (!this.#options.budget.withdraw()) return;
        this.#hedges++;
        launch();
      };
      launch();
    });
  }

  get #delayMs(): number {
    const estimateMs = this.#latency?.estimateMs ?? this.#options.afterMs;
    return Math.min(MAX_TIMER_MS, Math.max(1, estimateMs));
  }

  async #measured<T>(operation: Operation<T>, call: Call): Promise<T> {
    const { clock } = this.#environment;
    const startMs = clock.now();
    const value = await attempt(operation, call);
    this.#latency?.record(clock.now() - startMs);
    return value;
  }
}

function lost(): TroupeError {
  return new TroupeError('ERR_CALL_ABORTED', { what: 'another try of the same call was faster' });
}
