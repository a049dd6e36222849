import {
  type ActorRef,
  ActorSystem,
  checkMade,
  type Definition,
  type Message,
  type SpawnOptions,
  systemClock,
} from '../../../runtime/index.js';
import type { CacheRef } from '../cache-owner.js';
import type { CacheSettings } from '../options.js';
import type { CacheRemoval, FreshEntry, Invalidation, Operation } from '../protocol.js';
import { decodeValue } from '../values.js';
import { CacheEar, registerEar } from './cache-ear.js';
import { Dispatcher } from './dispatcher.js';
import { NearCache, type NearOptions } from './near-cache.js';

/** Who opens a cache: a system, or an actor through its context. */
export interface CacheHome {
  spawn<M extends Message, A>(
    definition: Definition<M, A>,
    args: NoInfer<A>,
    options?: SpawnOptions,
  ): ActorRef<M>;
}

/** How one thread uses a cache. */
export interface ClientOptions {
  /** Keeps what was read lately on this thread; left out, each read asks a shard. */
  readonly near?: NearOptions;
}

/** What joins a client to the shards: the dispatcher, the near cache if it has one, and what it hears of them. */
export class CacheLink {
  readonly dispatcher: Dispatcher;
  /** Null without a near cache, and until the shards tell it of changes. */
  near: NearCache | null;
  readonly #home: CacheHome;
  readonly #ref: CacheRef;
  readonly #listeners = new Set<(removal: CacheRemoval) => void>();
  #hearsRemovals: boolean;

  constructor(home: CacheHome, ref: CacheRef, options: ClientOptions) {
    checkMade(ref !== undefined, 'Cache', 'cache(system, { … }) or openCache(ctx, ref)');
    this.dispatcher = new Dispatcher(ref);
    this.near = null;
    this.#home = home;
    this.#ref = ref;
    this.#hearsRemovals = false;
    if (options.near !== undefined) void this.#begin(new NearCache(options.near, systemClock));
  }

  /** The value, from here or its shard. */
  read(key: string): Promise<unknown> {
    return this.near === null ? this.dispatcher.value(key) : this.#readNear(key, this.near);
  }

  /** The entry, from its shard. */
  async readEntry(key: string): Promise<FreshEntry | undefined> {
    const { near, dispatcher } = this;
    near?.asked();
    try {
      const entry = (await dispatcher.call({ op: 'entry', key })) as FreshEntry | undefined;
      near?.keep(key, entry);
      return entry;
    } finally {
      near?.answered();
    }
  }

  /** Changes an entry. What is read here afterwards is not older. */
  async write(key: string, operationOf: (settings: CacheSettings) => Operation): Promise<unknown> {
    this.near?.forget(key);
    try {
      return await this.dispatcher.callWith(operationOf);
    } finally {
      this.near?.forget(key);
    }
  }

  /** @returns how many entries went */
  async invalidate(what: Invalidation): Promise<number> {
    try {
      const message = (version: number) => ({ type: 'invalidate', version, what }) as const;
      const counts = await this.dispatcher.broadcast(message);
      return counts.reduce((sum, count) => sum + count, 0);
    } finally {
      this.near?.clear();
    }
  }

  /** Calls a function for each entry that goes. @returns ends it */
  onRemoved(listener: (removal: CacheRemoval) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#hearsRemovals) {
      this.#hearsRemovals = true;
      void this.#listen(false, true);
    }
    return () => void this.#listeners.delete(listener);
  }

  async #readNear(key: string, near: NearCache): Promise<unknown> {
    return decodeValue(near.get(key) ?? (await this.readEntry(key))?.value);
  }

  async #begin(near: NearCache): Promise<void> {
    if (await this.#listen(true, false, near)) this.near = near;
  }

  /** @returns false when the cache is gone */
  async #listen(changes: boolean, removals: boolean, near?: NearCache): Promise<boolean> {
    const number = registerEar({
      changed: (keys) => {
        for (const key of keys) near?.forget(key);
      },
      removed: (list) => {
        for (const removal of list) for (const listener of this.#listeners) listener(removal);
      },
    });
    const placement = this.#home instanceof ActorSystem ? 'main' : 'same';
    const ref = this.#home.spawn(CacheEar, { number }, { placement });
    const listener = { ref, changes, removals };
    return this.#ref.ask({ type: 'listen', listener }).then(
      () => true,
      () => false,
    );
  }
}
