import { randomUUID } from 'node:crypto';
import {
  checkNames,
  checkNumber,
  checkWord,
  type OptionNames,
  optionError,
} from '../../base/check-option.js';
import { TroupeError } from '../../base/errors.js';
import { Call, type CallOptions } from '../call.js';
import { delay } from '../delay.js';
import { type Environment, environmentOf, type PolicyEnvironment } from '../environment.js';
import { type Operation, within } from '../policy.js';
import { untilDeadline } from '../until-deadline.js';
import { MemoryOnceStore } from './memory-once-store.js';
import { ONCE_ACTIONS, onceSituation } from './once-decision.js';
import type { OnceRecord, OnceStore } from './once-store.js';

/** How idempotency keys are kept. */
export interface OnceOptions {
  /** Default: the memory of this thread. */
  readonly store?: OnceStore;
  /** How long a result is kept, above 0. Default 24 h. */
  readonly keepMs?: number;
  /**
   * How long a call may run before another with its key takes over, above 0. Default 60 s. Must be longer than
   * any call: one that is taken over runs twice.
   */
  readonly leaseMs?: number;
  /** What a call does while another with its key is under way. Default `wait`. */
  readonly inFlight?: 'wait' | 'refuse';
  /** Which failures are kept and given again like values. Default: none, the key is free again. */
  readonly keepFailure?: (error: unknown) => boolean;
}

const NAMES: OptionNames<OnceOptions> = {
  store: true,
  keepMs: true,
  leaseMs: true,
  inFlight: true,
  keepFailure: true,
};

/** While it waits for a call in another thread or process, the store is looked at so often. */
const POLL_MS = 50;

/**
 * Does something once for each idempotency key, however often it is asked for: the semantics of Stripe's idempotent
 * requests. A call with a known key gets the result of the first; one with another fingerprint is refused.
 *
 * The limit: a process that dies after the effect and before the record is written leaves a key whose lease ends, and
 * then the effect happens again. Where that must not be, write effect and record in one transaction.
 */
export class Once {
  readonly #store: OnceStore;
  readonly #keepMs: number;
  readonly #leaseMs: number;
  readonly #isWaiting: boolean;
  readonly #keepFailure: (error: unknown) => boolean;
  readonly #environment: Environment;
  /** Ends with each call of this thread that is under way, whatever became of it. */
  readonly #running = new Map<string, Promise<void>>();

  /** @throws {TroupeError} ERR_OPTION */
  constructor(options: OnceOptions = {}, environment?: PolicyEnvironment) {
    checkNames('once', options, NAMES);
    this.#environment = environmentOf(environment);
    this.#store = options.store ?? new MemoryOnceStore(undefined, this.#environment.clock);
    this.#keepMs = checkNumber('keepMs', options.keepMs ?? 86_400_000, Number.MIN_VALUE);
    this.#leaseMs = checkNumber('leaseMs', options.leaseMs ?? 60_000, Number.MIN_VALUE);
    const inFlight = checkWord('inFlight', options.inFlight ?? 'wait', ['wait', 'refuse']);
    this.#isWaiting = inFlight === 'wait';
    this.#keepFailure = options.keepFailure ?? (() => false);
  }

  /**
   * Calls the operation, unless a call with this key did so: then its result is given again. An operation that has
   * begun is not given up with its caller, since others may wait for it.
   *
   * @param key chosen by the client for this one request; not empty
   * @param fingerprint what the request asks for, such as a hash of its content; empty when nothing is to be compared
   * @throws {TroupeError} ERR_OPTION for a key or fingerprint that is none; ERR_ONCE_FINGERPRINT for a known key with another fingerprint; ERR_ONCE_IN_FLIGHT where
   *   calls in flight are refused; all as rejections
   */
  run<T>(
    key: string,
    fingerprint: string,
    operation: Operation<T>,
    given?: CallOptions | Call,
  ): Promise<T> {
    return within(this.#environment.clock, given, (call) =>
      untilDeadline(
        this.#environment,
        (call) => this.#resolve(key, fingerprint, operation, call),
        call,
        `once ${key}`,
      ),
    );
  }

  async #resolve<T>(
    key: string,
    fingerprint: string,
    operation: Operation<T>,
    call: Call,
  ): Promise<T> {
    checkTexts(key, fingerprint);
    for (;;) {
      const record = await this.#store.get(key);
      if (call.isAborted) throw call.reason;
      const nowMs = this.#store.clock.now();
      switch (ONCE_ACTIONS[onceSituation(record, fingerprint, nowMs)]) {
        case 'mismatch':
          throw mismatch(key);
        case 'replay':
          if (record!.status === 'failed') throw record!.result;
          return record!.result as T;
        case 'wait':
          if (!this.#isWaiting) throw inFlight(key);
          await this.#settled(key, call);
          break;
        case 'run': {
          const claim = this.#record('running', fingerprint, randomUUID(), undefined);
          if (!(await this.#store.replace(key, record, claim))) break;
          return await this.#execute(key, claim, operation, call);
        }
      }
    }
  }

  async #execute<T>(
    key: string,
    claim: OnceRecord,
    operation: Operation<T>,
    { deadline, idempotent }: Call,
  ): Promise<T> {
    let end: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#running.set(key, running);
    const call = new Call(this.#environment.clock, deadline, 1, idempotent);
    try {
      const settled = await settle(operation, call);
      await this.#finish(key, claim, settled.status, settled.result);
      if (settled.status === 'failed') throw settled.result;
      return settled.result as T;
    } finally {
      if (this.#running.get(key) === running) this.#running.delete(key);
      end();
    }
  }

  /** Keeps the result, unless another has taken over. If the store fails, the key is free when the lease ends. */
  async #finish(
    key: string,
    claim: OnceRecord,
    status: 'done' | 'failed',
    result: unknown,
  ): Promise<void> {
    const isKept = status === 'done' || this.#keepFailure(result);
    const { fingerprint, owner } = claim;
    const next = isKept ? this.#record(status, fingerprint, owner, result) : undefined;
    await this.#store.replace(key, claim, next);
  }

  #record(
    status: OnceRecord['status'],
    fingerprint: string,
    owner: string,
    result: unknown,
  ): OnceRecord {
    const keptMs = status === 'running' ? this.#leaseMs : this.#keepMs;
    const untilMs = this.#store.clock.now() + keptMs;
    return { status, fingerprint, owner, untilMs, result };
  }

  /** Waits until the call in flight has settled, if it is one of this thread; otherwise for a while. */
  async #settled(key: string, call: Call): Promise<void> {
    const running = this.#running.get(key);
    const inside = call.inside({});
    try {
      const pause = delay(this.#environment.loop, POLL_MS, inside);
      pause.catch(() => {});
      await (running === undefined ? pause : Promise.race([running, pause]));
    } finally {
      inside.abort(undefined);
      inside.end();
    }
  }
}

/** A missing key would be one key for all who have none, and give one caller the result of another. */
function checkTexts(key: unknown, fingerprint: unknown): void {
  if (typeof key !== 'string' || key === '') throw optionError('key', key, 'a text of 1 or more');
  if (typeof fingerprint !== 'string') throw optionError('fingerprint', fingerprint, 'a text');
}

interface Settled {
  readonly status: 'done' | 'failed';
  readonly result: unknown;
}

async function settle(operation: Operation<unknown>, call: Call): Promise<Settled> {
  try {
    return { status: 'done', result: await operation(call) };
  } catch (error) {
    return { status: 'failed', result: error };
  }
}

function mismatch(key: string): TroupeError {
  return new TroupeError('ERR_ONCE_FINGERPRINT', {
    what: `the idempotency key '${key}' belongs to another request`,
    mend: 'use a new key for each request, and the same one only to repeat it',
  });
}

function inFlight(key: string): TroupeError {
  return new TroupeError('ERR_ONCE_IN_FLIGHT', {
    what: `a call with the idempotency key '${key}' is under way`,
    mend: 'ask again later',
  });
}
