import { checkNames, type OptionNames, systemClock, TroupeError } from '../../../runtime/index.js';
import type { CacheRef } from '../cache-owner.js';
import { checkShards } from '../options.js';
import type { CacheRemoval, WriteCondition } from '../protocol.js';
import { checkKey, checkRange, checkTtl, checkWhen } from '../store/limits.js';
import { addStatistics, type CacheStatistics, noStatistics } from '../store/statistics.js';
import { decodeValue, encodeValue } from '../values.js';
import { type CacheHome, CacheLink, type ClientOptions } from './link.js';
import { type Loader, type LoadOptions, Loads } from './loads.js';
import { type WriteOptions, writeOf } from './writes.js';

/** An entry with its version, for `setIf`. */
export interface VersionedValue<V> {
  readonly value: V;
  readonly version: number;
}

/** How a counter is changed. */
export interface IncrementOptions {
  /** What an absent counter has; 0. */
  readonly initial?: number;
  /** A sum below is not kept; `Number.MIN_SAFE_INTEGER`. */
  readonly min?: number;
  /** A sum above is not kept; `Number.MAX_SAFE_INTEGER`. */
  readonly max?: number;
  /** Of a counter that begins; one that is there keeps its own. */
  readonly ttlMs?: number;
}

const WRITE_NAMES: OptionNames<WriteOptions> = {
  ttlMs: true,
  sliding: true,
  tags: true,
  keepTtl: true,
};
const LOAD_NAMES: OptionNames<LoadOptions> = {
  ttlMs: true,
  sliding: true,
  tags: true,
  timeoutMs: true,
  signal: true,
};
const INCREMENT_NAMES: OptionNames<IncrementOptions> = {
  initial: true,
  min: true,
  max: true,
  ttlMs: true,
};

/** Times that `compute` tries before it gives up. */
const COMPUTE_TRY_COUNT = 100;
const COUNTER_BYTES = 8;

/**
 * A cache as one thread uses it. Calls of one turn that go to one shard travel in one message. Values are
 * copies: what a caller does to one is seen by nobody else.
 *
 * @typeParam V of the values; nothing checks it
 * @thread the one it was made on; others open the cache by `ref`
 */
export class Cache<V> {
  /** Can be sent to actors of any thread, who open the cache with it. */
  readonly ref: CacheRef;
  readonly #link: CacheLink;
  readonly #loads: Loads<V>;

  /** @internal made by `cache` and `openCache` */
  constructor(home: CacheHome, ref: CacheRef, options: ClientOptions) {
    this.ref = ref;
    this.#link = new CacheLink(home, ref, options);
    this.#loads = new Loads(this.#link.dispatcher, systemClock);
  }

  /** The value, or undefined. @throws {TroupeError} ERR_CACHE_KEY, as a rejection */
  get(key: string): Promise<V | undefined> {
    try {
      checkKey(key, 'get');
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#link.read(key) as Promise<V | undefined>;
  }

  /** The value with its version, from its shard. */
  async getEntry(key: string): Promise<VersionedValue<V> | undefined> {
    checkKey(key, 'getEntry');
    const entry = await this.#link.readEntry(key);
    if (entry === undefined) return undefined;
    return { value: decodeValue(entry.value) as V, version: entry.version };
  }

  /** The values that are there, in one message to each shard. */
  async getMany(keys: Iterable<string>): Promise<Map<string, V>> {
    const list = [...new Set(keys)];
    const values = await Promise.all(list.map((key) => this.get(key)));
    const found = new Map<string, V>();
    for (const [index, key] of list.entries()) {
      if (values[index] !== undefined) found.set(key, values[index] as V);
    }
    return found;
  }

  /** Whether there is a value; no use of it. */
  async has(key: string): Promise<boolean> {
    checkKey(key, 'has');
    return (await this.#link.dispatcher.call({ op: 'has', key })) as boolean;
  }

  /**
   * Keeps a value. Written anew it gets a new time to live, unless `keepTtl` is set.
   * @returns its version
   * @throws {TroupeError} ERR_CACHE_KEY, ERR_CACHE_TTL, ERR_CACHE_VALUE (undefined is none), ERR_CACHE_TOO_LARGE,
   *   ERR_OPTION
   */
  async set(key: string, value: V, options: WriteOptions = {}): Promise<number> {
    return this.#set(key, value, 'always', options);
  }

  /**
   * Keeps a value if the key is absent, present, or has just that version.
   * @returns its version; 0 or below when it was not kept: the version that is there, negated
   * @throws {TroupeError} as `set`; ERR_OPTION for another condition
   */
  async setIf(
    key: string,
    value: V,
    when: WriteCondition,
    options: WriteOptions = {},
  ): Promise<number> {
    return this.#set(key, value, when, options);
  }

  /** Keeps values, in one message to each shard. */
  async setMany(
    entries: Iterable<readonly [string, V]>,
    options: WriteOptions = {},
  ): Promise<void> {
    await Promise.all([...entries].map(([key, value]) => this.set(key, value, options)));
  }

  /** @param when as for `setIf` @returns whether there was a value, and it is gone */
  async delete(key: string, when: WriteCondition = 'always'): Promise<boolean> {
    checkKey(key, 'delete');
    checkWhen(when, 'delete');
    return (await this.#link.write(key, () => ({ op: 'delete', key, when }))) as boolean;
  }

  /**
   * Adds to a counter, in one step.
   * @returns the sum; undefined when it is out of bounds, and the counter stays
   * @throws {TroupeError} ERR_CACHE_VALUE when there is something else than a number
   */
  async increment(
    key: string,
    by = 1,
    options: IncrementOptions = {},
  ): Promise<number | undefined> {
    checkKey(key, 'increment');
    checkNames('increment', options, INCREMENT_NAMES);
    const { initial = 0, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
    for (const number of [by, initial, min, max]) {
      if (typeof number !== 'number' || Number.isNaN(number)) throw notANumber(key, number);
    }
    if (options.ttlMs !== undefined) checkTtl('ttlMs', options.ttlMs, 'increment');
    const bytes = Buffer.byteLength(key) + COUNTER_BYTES;
    const sum = await this.#link.write(key, (settings) => {
      const { ttlMs = settings.ttlMs } = options;
      return { op: 'increment', key, by, initial, min, max, ttlMs, bytes };
    });
    if (sum === 'not-a-number') throw notANumber(key, 'something else');
    return sum === 'out-of-bounds' ? undefined : (sum as number);
  }

  /**
   * Replaces a value by what `change` makes of it, again if somebody else was faster: `change` may run several times.
   * @param change given undefined when there is none; answers undefined to delete it
   * @throws {TroupeError} ERR_CACHE_CONTENTION; what `change` throws
   */
  async compute(
    key: string,
    change: (value: V | undefined) => V | undefined | Promise<V | undefined>,
    options: WriteOptions = {},
  ): Promise<V | undefined> {
    for (let attempt = 0; attempt < COMPUTE_TRY_COUNT; attempt++) {
      const entry = await this.getEntry(key);
      const value = await change(entry?.value);
      if (value !== undefined) {
        if ((await this.setIf(key, value, entry?.version ?? 'absent', options)) > 0) return value;
      } else if (entry === undefined || (await this.delete(key, entry.version))) return undefined;
    }
    throw new TroupeError('ERR_CACHE_CONTENTION', {
      what: `'${key}' changed ${COMPUTE_TRY_COUNT} times while a new value was made`,
      where: 'compute',
      mend: 'let fewer callers change one key, or use increment',
    });
  }

  /**
   * The value, or else what the loader makes: it runs once in the whole system, on the thread of one of
   * those who ask, and all get its result. If it fails, all get its error, and the next one tries again.
   * @returns undefined when the loader found nothing
   * @throws {TroupeError} ERR_CACHE_WAIT_TIMEOUT, ERR_CACHE_LOAD_TIMEOUT, ERR_ASK_ABORTED; as `set`; what the loader throws
   */
  async getOrLoad(
    key: string,
    loader: Loader<V>,
    options: LoadOptions = {},
  ): Promise<V | undefined> {
    checkKey(key, 'getOrLoad');
    checkNames('getOrLoad', options, LOAD_NAMES);
    if (options.ttlMs !== undefined) checkTtl('ttlMs', options.ttlMs, 'getOrLoad');
    const { timeoutMs } = options;
    if (timeoutMs !== undefined) checkRange('timeoutMs', timeoutMs, 1, 2 ** 31 - 1);
    const near = this.#link.near?.get(key);
    if (near !== undefined) return decodeValue(near) as V;
    return decodeValue(await this.#loads.load(key, loader, options)) as V;
  }

  /** Takes all entries with a tag away, also those being loaded now. @returns how many there were */
  async invalidateTag(tag: string): Promise<number> {
    checkKey(tag, 'invalidateTag');
    return this.#link.invalidate({ kind: 'tag', text: tag });
  }

  /** Takes all entries away whose key begins so. Each shard looks at all its keys. @returns how many */
  async invalidatePrefix(prefix: string): Promise<number> {
    checkKey(prefix, 'invalidatePrefix');
    return this.#link.invalidate({ kind: 'prefix', text: prefix });
  }

  /** Takes all entries away. @returns how many there were */
  async clear(): Promise<number> {
    return this.#link.invalidate({ kind: 'all', text: '' });
  }

  /** The counts of all shards, added up. */
  async statistics(): Promise<CacheStatistics> {
    const { shards } = await this.#link.dispatcher.topology();
    const total = noStatistics();
    const all = shards.map(({ ref }) => ref.ask({ type: 'statistics' }));
    for (const each of await Promise.all(all)) addStatistics(total, each);
    return total;
  }

  /** Reads answered by this thread's near cache. */
  get nearHitCount(): number {
    return this.#link.near?.hitCount ?? 0;
  }

  /** Where a key is: the number of shards, the shard's id and thread. */
  async whereIs(key: string): Promise<{ shard: string; thread: number; version: number }> {
    const { id, thread, version } = await this.#link.dispatcher.place(key);
    return { shard: id, thread, version };
  }

  /**
   * Changes the number of shards while the cache is in use. Resolves when all entries are where they belong.
   * @param shardCount 1 to 1024
   * @returns the version of the new topology
   */
  async resize(shardCount: number): Promise<number> {
    checkShards(shardCount);
    const ask = { type: 'resize', shardCount } as const;
    const version = await this.ref.ask(ask, { timeoutMs: 2 ** 31 - 1 });
    await this.#link.dispatcher.refresh(version);
    return version;
  }

  /** Calls a function for each entry that goes, with the reason. @returns ends it */
  onRemoved(listener: (removal: CacheRemoval) => void): () => void {
    return this.#link.onRemoved(listener);
  }

  async #set(key: string, value: V, when: WriteCondition, options: WriteOptions): Promise<number> {
    checkKey(key, 'set');
    checkWhen(when, 'setIf');
    checkNames('set', options, WRITE_NAMES);
    // The value is copied now, whenever it is sent.
    const encoded = encodeValue(value, 'set');
    const version = await this.#link.write(key, (settings) => {
      const write = writeOf(key, encoded, options, settings, 'set');
      return { op: 'set', key, write, when, keepTtl: options.keepTtl ?? false };
    });
    return version as number;
  }
}

function notANumber(key: string, value: unknown): TroupeError {
  return new TroupeError('ERR_CACHE_VALUE', {
    what: `'${key}': ${String(value)} is not a number that can be counted with`,
    where: 'increment',
    mend: 'use numbers only',
  });
}
