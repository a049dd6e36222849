import { checkCount, checkNames, checkNumber, type OptionNames } from '../../base/check-option.js';
import { MAX_TIMER_MS } from '../../base/clock.js';
import type { Call, CallOptions } from '../call.js';
import { type Environment, environmentOf, type PolicyEnvironment } from '../environment.js';
import { attempt, type Operation, type Policy, within } from '../policy.js';
import { RejectedError } from '../rejected-error.js';
import { BulkheadCore } from './bulkhead-core.js';

/** How many calls at once. */
export interface BulkheadOptions {
  /** Calls that run at once, 1 to 10^6. */
  readonly limit: number;
  /** Calls that wait for a place, in order, 0 to 10^6. Default 0. */
  readonly queue?: number;
  /** Longest wait, above 0 to 2^31 - 1. Default: until the call is given up. */
  readonly queueTimeoutMs?: number;
  /** What it protects, for errors. Default `'bulkhead'`. */
  readonly name?: string;
}

const NAMES: OptionNames<BulkheadOptions> = {
  limit: true,
  queue: true,
  queueTimeoutMs: true,
  name: true,
};

/**
 * Bounds the calls that run at once, so that one slow destination does not take all there is. What does not fit waits
 * in a bounded queue, first come first served, or is refused with `ERR_BULKHEAD_FULL`. A call holds its place until
 * it settles, also when its caller has given up: it still takes what the bulkhead protects.
 */
export class Bulkhead implements Policy {
  readonly name: string;
  readonly #core: BulkheadCore;
  readonly #queueTimeoutMs: number;
  readonly #environment: Environment;
  readonly #queue = new Set<() => void>();
  #rejected = 0;

  /** @throws {TroupeError} ERR_OPTION */
  constructor(options: BulkheadOptions, environment?: PolicyEnvironment) {
    checkNames('a bulkhead', options, NAMES);
    const limit = checkCount('limit', options.limit, 1, 1e6);
    this.#core = new BulkheadCore(limit, checkCount('queue', options.queue ?? 0, 0, 1e6));
    this.#queueTimeoutMs =
      options.queueTimeoutMs === undefined
        ? Number.POSITIVE_INFINITY
        : checkNumber('queueTimeoutMs', options.queueTimeoutMs, Number.MIN_VALUE, MAX_TIMER_MS);
    this.name = options.name ?? 'bulkhead';
    this.#environment = environmentOf(environment);
  }

  get running(): number {
    return this.#core.running;
  }

  get waiting(): number {
    return this.#core.waiting;
  }

  /** Calls refused since the beginning, at once or after they waited. */
  get rejected(): number {
    return this.#rejected;
  }

  run<T>(operation: Operation<T>, given?: CallOptions | Call): Promise<T> {
    return within(this.#environment.clock, given, async (call) => {
      if (call.isAborted) throw call.reason;
      const entry = this.#core.enter();
      if (entry === 'refuse') throw this.#rejection('every place is taken, also in the queue');
      if (entry === 'wait') await this.#wait(call);
      if (call.isAborted) {
        this.#leave();
        throw call.reason;
      }
      return attempt((call) => this.#hold(operation, call), call);
    });
  }

  /** Calls the operation and keeps the place until it has settled. */
  async #hold<T>(operation: Operation<T>, call: Call): Promise<T> {
    try {
      return await operation(call);
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    if (this.#core.leave() === 'release') return;
    for (const enter of this.#queue) {
      this.#queue.delete(enter);
      enter();
      return;
    }
  }

  #wait(call: Call): Promise<void> {
    const { loop } = this.#environment;
    return new Promise((resolve, reject) => {
      const giveUp = (error: unknown): void => {
        this.#queue.delete(enter);
        this.#core.giveUp();
        unlisten();
        if (timer !== undefined) loop.clear(timer);
        reject(error);
      };
      const enter = (): void => {
        unlisten();
        if (timer !== undefined) loop.clear(timer);
        resolve();
      };
      const unlisten = call.onAbort(giveUp);
      const timer =
        this.#queueTimeoutMs === Number.POSITIVE_INFINITY
          ? undefined
          : loop.after(this.#queueTimeoutMs, () => giveUp(this.#rejection('no place came free')));
      this.#queue.add(enter);
    });
  }

  #rejection(what: string): RejectedError {
    this.#rejected++;
    return new RejectedError('ERR_BULKHEAD_FULL', {
      what,
      where: this.name,
      mend: 'call less at once, or allow more with limit and queue',
    });
  }
}
