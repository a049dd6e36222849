import { checkNames, checkNumber } from '../base/check-option.js';
import { MAX_TIMER_MS } from '../base/clock.js';
import type { Call, CallOptions } from './call.js';
import { deadlineAfter } from './deadline.js';
import { type Environment, environmentOf, type PolicyEnvironment } from './environment.js';
import { type Operation, type Policy, within } from './policy.js';
import { untilDeadline } from './until-deadline.js';

/** How long a call may take. */
export interface TimeoutOptions {
  /** Above 0 to 2^31 - 1. */
  readonly ms: number;
  /** What is waited for, for errors. Default `'timeout'`. */
  readonly name?: string;
}

/**
 * Gives a call up after a time, or at the deadline that it has already, whichever is earlier. The promise rejects with
 * `ERR_CALL_TIMEOUT` then, whether the operation heeds its signal or not. Each call has a signal of its own.
 */
export class Timeout implements Policy {
  readonly name: string;
  readonly #ms: number;
  readonly #environment: Environment;
  #late = 0;

  /** @throws {TroupeError} ERR_OPTION */
  constructor(options: TimeoutOptions, environment?: PolicyEnvironment) {
    checkNames('a timeout', options, { ms: true, name: true });
    this.#ms = checkNumber('ms', options.ms, Number.MIN_VALUE, MAX_TIMER_MS);
    this.name = options.name ?? 'timeout';
    this.#environment = environmentOf(environment);
  }

  /** Results that came after their call was given up, and were dropped. */
  get late(): number {
    return this.#late;
  }

  run<T>(operation: Operation<T>, given?: CallOptions | Call): Promise<T> {
    const { clock } = this.#environment;
    return within(clock, given, async (outer) => {
      const call = outer.inside({ deadline: deadlineAfter(this.#ms, clock) });
      try {
        return await untilDeadline(this.#environment, operation, call, this.name, () => {
          this.#late++;
        });
      } finally {
        call.end();
      }
    });
  }
}
