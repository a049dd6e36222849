import { checkNames, type OptionNames } from '../base/check-option.js';
import type { CircuitBreaker } from './breaker/circuit-breaker.js';
import type { Call, CallOptions } from './call.js';
import { type Environment, environmentOf, type PolicyEnvironment } from './environment.js';
import type { Fallback } from './fallback.js';
import type { Hedge } from './hedge/hedge.js';
import type { Bulkhead } from './limits/bulkhead.js';
import type { RateLimiter } from './limits/rate-limiter.js';
import { type Operation, type Policy, within } from './policy.js';
import type { Retry } from './retry/retry.js';
import type { Timeout } from './timeout.js';
import { untilDeadline } from './until-deadline.js';

/** The policies of a pipeline; each may be left out, and shared with other pipelines. */
export interface PipelineParts<F = never> {
  /** Stands in for what fails in the end. */
  readonly fallback?: Fallback<F>;
  /** Time for everything, with all tries and delays. */
  readonly total?: Timeout;
  readonly retry?: Retry;
  readonly rateLimiter?: RateLimiter;
  readonly hedge?: Hedge;
  readonly breaker?: CircuitBreaker;
  /** Time for one try. */
  readonly timeout?: Timeout;
  readonly bulkhead?: Bulkhead;
}

/**
 * The order of a pipeline, the outermost first. Each try takes a turn of the rate; each try and each hedge, not each
 * call, feeds the breaker; the breaker sees timeouts; the time of a try includes the wait for a place; what
 * the fallback gives is never retried.
 */
export const PIPELINE_ORDER = [
  'fallback',
  'total',
  'retry',
  'rateLimiter',
  'hedge',
  'breaker',
  'timeout',
  'bulkhead',
] as const satisfies readonly (keyof PipelineParts)[];

const NAMES = Object.fromEntries(
  PIPELINE_ORDER.map((name) => [name, true]),
) as OptionNames<PipelineParts>;

/** Policies around each other, in the order of {@link PIPELINE_ORDER}. */
export class Pipeline<F = never> {
  readonly #layers: readonly Policy[];
  readonly #environment: Environment;

  /** @internal see {@link pipeline} */
  constructor(parts: PipelineParts<F>, environment?: PolicyEnvironment) {
    checkNames('a pipeline', parts, NAMES);
    const layers = PIPELINE_ORDER.map((name) => parts[name]);
    this.#layers = layers.filter((layer) => layer !== undefined) as readonly Policy[];
    this.#environment = environmentOf(environment);
  }

  /**
   * Calls the operation inside of all policies. A deadline among the options holds for all of it, also without a
   * `Timeout`.
   */
  run<T>(operation: Operation<T>, given?: CallOptions | Call): Promise<T | F> {
    return within(this.#environment.clock, given, (call) =>
      untilDeadline(this.#environment, (call) => this.#enter(0, operation, call), call, 'pipeline'),
    );
  }

  #enter<T>(index: number, operation: Operation<T>, call: Call): T | PromiseLike<T> {
    const layer = this.#layers[index];
    if (layer === undefined) return operation(call);
    return layer.run((call) => this.#enter(index + 1, operation, call), call);
  }
}

/**
 * Composes policies; the order of the parts does not matter, see {@link PIPELINE_ORDER}.
 * @throws {TroupeError} ERR_OPTION for a part of another name: it would protect nothing
 */
export function pipeline<F = never>(
  parts: PipelineParts<F>,
  environment?: PolicyEnvironment,
): Pipeline<F> {
  return new Pipeline(parts, environment);
}
