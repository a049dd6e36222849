import { checkNames, optionError } from '../base/check-option.js';
import type { Call, CallOptions } from './call.js';
import { type Environment, environmentOf, type PolicyEnvironment } from './environment.js';
import { attempt, type Operation, within } from './policy.js';

/** What stands in for a failed call. */
export interface FallbackOptions<F> {
  /** Gives the value in place of the error; what it throws is what the caller gets. */
  readonly use: (error: unknown, call: Call) => F | PromiseLike<F>;
  /** Which errors it stands in for. Default: all, but never when the caller has given up. */
  readonly when?: (error: unknown) => boolean;
}

/** Gives another value when the call fails. */
export class Fallback<F> {
  readonly #options: FallbackOptions<F>;
  readonly #environment: Environment;
  #used = 0;

  /** @throws {TroupeError} ERR_OPTION */
  constructor(options: FallbackOptions<F>, environment?: PolicyEnvironment) {
    checkNames('a fallback', options, { use: true, when: true });
    if (typeof options.use !== 'function') throw optionError('use', options.use, 'a function');
    this.#options = options;
    this.#environment = environmentOf(environment);
  }

  /** How often it stood in. */
  get used(): number {
    return this.#used;
  }

  run<T>(operation: Operation<T>, given?: CallOptions | Call): Promise<T | F> {
    return within<T | F>(this.#environment.clock, given, async (call) => {
      try {
        return await attempt(operation, call);
      } catch (error) {
        const { use, when = () => true } = this.#options;
        if (call.isAborted || !when(error)) throw error;
        this.#used++;
        return attempt((call) => use(error, call), call);
      }
    });
  }
}
