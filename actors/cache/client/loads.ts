import { type Clock, hasCode, TroupeError } from '../../../runtime/index.js';
import type { LeaseReply, LoadOutcome } from '../protocol.js';
import type { Dispatcher } from './dispatcher.js';
import { encodeWrite, type WriteOptions } from './writes.js';

/** Makes the value of a key. Undefined: there is none. `signal`: nobody waits for it any more. */
export type Loader<V> = (
  key: string,
  signal: AbortSignal,
) => V | undefined | Promise<V | undefined>;

/** How one caller loads. */
export interface LoadOptions extends Omit<WriteOptions, 'keepTtl'> {
  /** How long this caller waits; the load timeout of the cache and a second more when left out. */
  readonly timeoutMs?: number;
  /** This caller gives up; others go on. */
  readonly signal?: AbortSignal;
}

/** What a load gave: the encoded value, and whether the cache has kept it. */
interface Loaded {
  readonly stored: unknown;
  readonly isKept: boolean;
}

/** One load for all callers of this thread. */
class Flight {
  readonly controller = new AbortController();
  readonly promise: Promise<Loaded>;
  callerCount = 0;

  constructor(run: (flight: Flight) => Promise<Loaded>) {
    this.promise = run(this);
    this.promise.catch(() => {});
  }
}

const EXTRA_WAIT_MS = 1000;
/** Longest that a shard keeps somebody waiting before it is asked again. */
const AWAIT_MS = 30_000;

/**
 * Loads through the cache: one loader runs for all callers of all threads who want the same key. Callers of this
 * thread share a flight; flights of different threads are told apart by the shard, which leases the key to one.
 */
export class Loads<V> {
  readonly #dispatcher: Dispatcher;
  readonly #clock: Clock;
  readonly #flights = new Map<string, Flight>();

  constructor(dispatcher: Dispatcher, clock: Clock) {
    this.#dispatcher = dispatcher;
    this.#clock = clock;
  }

  /** @returns the encoded value; undefined when there is none */
  async load(key: string, loader: Loader<V>, options: LoadOptions): Promise<unknown> {
    const settings = await this.#dispatcher.settings();
    const timeoutMs = options.timeoutMs ?? settings.loadTimeoutMs + EXTRA_WAIT_MS;
    const deadlineMs = this.#clock.now() + timeoutMs;
    for (;;) {
      const present = this.#flights.get(key);
      const flight = present ?? this.#fly(key, loader, options);
      const leftMs = Math.max(1, deadlineMs - this.#clock.now());
      const { stored, isKept } = await this.#wait(flight, key, leftMs, options.signal);
      // Who joined may have asked after the key was invalidated: only what is still valid is for him.
      if (isKept || present === undefined) return stored;
    }
  }

  #fly(key: string, loader: Loader<V>, options: LoadOptions): Flight {
    const flight = new Flight(async (self) => {
      try {
        // The flight is known to others before it begins.
        await null;
        return await this.#run(self, key, loader, options);
      } finally {
        this.#land(key, self);
      }
    });
    this.#flights.set(key, flight);
    return flight;
  }

  #land(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  async #wait(
    flight: Flight,
    key: string,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Loaded> {
    flight.callerCount++;
    try {
      return await orEarlier(flight.promise, timeoutMs, signal, () =>
        waitedTooLong(key, timeoutMs),
      );
    } finally {
      if (--flight.callerCount === 0) {
        this.#land(key, flight);
        flight.controller.abort();
      }
    }
  }

  async #run(
    flight: Flight,
    key: string,
    loader: Loader<V>,
    options: LoadOptions,
  ): Promise<Loaded> {
    for (;;) {
      const reply = (await this.#dispatcher.call({ op: 'lease', key })) as LeaseReply;
      switch (reply.state) {
        case 'hit':
          return { stored: reply.value, isKept: true };
        case 'stale':
          if (reply.token !== 0) this.#refresh(key, reply.token, loader, options);
          return { stored: reply.value, isKept: true };
        case 'load':
          return this.#load(key, reply.token, loader, options, flight);
        default: {
          const outcome = await this.#await(key);
          if (outcome.state === 'done') return { stored: outcome.value, isKept: true };
          if (outcome.state === 'failed') throw outcome.error;
          // Ask again, unless everybody has left.
          if (flight.controller.signal.aborted) throw waitedTooLong(key, 0);
        }
      }
    }
  }

  /** Loads while the old value is served; a failure is counted by the shard, which keeps the old one. */
  #refresh(key: string, token: number, loader: Loader<V>, options: LoadOptions): void {
    this.#load(key, token, loader, options, null).catch(() => {});
  }

  async #load(
    key: string,
    token: number,
    loader: Loader<V>,
    options: LoadOptions,
    flight: Flight | null,
  ): Promise<Loaded> {
    const controller = flight?.controller ?? new AbortController();
    const settings = await this.#dispatcher.settings();
    const { loadTimeoutMs } = settings;
    const startMs = this.#clock.now();
    try {
      if (controller.signal.aborted) throw waitedTooLong(key, 0);
      const loading = (async () => loader(key, controller.signal))();
      const value = await orEarlier(loading, loadTimeoutMs, undefined, () => {
        controller.abort();
        return loadedTooLong(key, loadTimeoutMs);
      });
      const costMs = this.#clock.now() - startMs;
      const write = encodeWrite(key, value, options, settings, 'getOrLoad');
      // A shard that died has lost the lease: the value is good all the same.
      const filled = this.#dispatcher.call({ op: 'fill', key, token, write, costMs });
      return { stored: write.value, isKept: (await filled.catch(() => false)) as boolean };
    } catch (error) {
      // Those on other threads who waited are not to suffer from everybody here having left: they load again.
      const reason = flight?.callerCount === 0 ? null : sendable(error);
      const stored = await this.#fail(key, token, reason);
      if (stored !== undefined) return { stored, isKept: true };
      throw error;
    }
  }

  /** Tells the shard that a load has failed. @returns the old value that may be used instead */
  async #fail(key: string, token: number, error: Error | null): Promise<unknown> {
    try {
      return await this.#dispatcher.call({ op: 'fail', key, token, error });
    } catch (refused) {
      if (error === null || !hasCode(refused, 'ERR_NOT_SENDABLE')) return undefined;
      // It has something about it that cannot leave this thread: its text can.
      return this.#fail(key, token, Object.assign(new Error(error.message), { name: error.name }));
    }
  }

  async #await(key: string): Promise<LoadOutcome> {
    const { version, ...topology } = await this.#dispatcher.place(key);
    try {
      const request = { type: 'await', version, key } as const;
      const outcome = await topology.ref.ask(request, { timeoutMs: AWAIT_MS });
      if (!('moved' in outcome)) return outcome;
      await this.#dispatcher.refresh(outcome.moved);
    } catch (error) {
      const isTransient = ['ERR_THREAD_DIED', 'ERR_ACTOR_FAILED', 'ERR_ASK_TIMEOUT'] as const;
      if (hasCode(error, 'ERR_NO_SUCH_ACTOR')) await this.#dispatcher.refresh(version + 1);
      else if (!isTransient.some((code) => hasCode(error, code))) throw error;
    }
    return { state: 'retry' };
  }
}

/** Errors go to waiters on other threads: what else was thrown becomes one. */
function sendable(error: unknown): Error {
  return error instanceof Error ? error : new Error(`thrown: ${String(error)}`);
}

/** A promise, or an error if the time is over or the signal given before it settles. */
function orEarlier<T>(
  promise: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  late: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(
        new TroupeError('ERR_ASK_ABORTED', { what: 'the caller gave up', cause: signal!.reason }),
      );
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      reject(late());
    }, timeoutMs);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    promise.then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function waitedTooLong(key: string, timeoutMs: number): TroupeError {
  return new TroupeError('ERR_CACHE_WAIT_TIMEOUT', {
    what: `'${key}' was not loaded within ${Math.round(timeoutMs)} ms`,
    where: 'getOrLoad',
    mend: 'wait longer, or look at what the loader does',
  });
}

function loadedTooLong(key: string, timeoutMs: number): TroupeError {
  return new TroupeError('ERR_CACHE_LOAD_TIMEOUT', {
    what: `the loader of '${key}' did not settle within ${timeoutMs} ms`,
    where: 'getOrLoad',
    mend: 'let it give up earlier, or raise loadTimeoutMs',
  });
}
