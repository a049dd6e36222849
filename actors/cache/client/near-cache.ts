import { type Clock, checkNames } from '../../../runtime/index.js';
import type { FreshEntry } from '../protocol.js';
import { CacheStore } from '../store/cache-store.js';
import { checkRange, checkTtl } from '../store/limits.js';

/** A small cache in front of the shards, on the thread of a client. */
export interface NearOptions {
  /** 1 to 2^24; 1000. */
  readonly maxEntries?: number;
  /** Longest time that an entry is served from here, so also the longest that a lost notice matters; 1000. */
  readonly ttlMs?: number;
}

/** @throws {TroupeError} ERR_OPTION, ERR_CACHE_TTL */
export function checkNear(options: NearOptions): Required<NearOptions> {
  checkNames('near', options, { maxEntries: true, ttlMs: true });
  const { maxEntries = 1000, ttlMs = 1000 } = options;
  return {
    maxEntries: Math.floor(checkRange('near.maxEntries', maxEntries, 1, 2 ** 24)),
    ttlMs: checkTtl('near.ttlMs', ttlMs, 'cache'),
  };
}

/** Bytes do not bound a near cache; the store wants a number. */
const NO_BYTES = 0;

/**
 * Encoded values that were read lately. The shards tell of every change; an answer that was under way
 * while its key changed is not kept.
 */
export class NearCache {
  readonly #store: CacheStore;
  readonly #clock: Clock;
  readonly #ttlMs: number;
  /** Reads under way, and what has changed since the first of them was sent. */
  #readCount = 0;
  readonly #changed = new Set<string>();

  /** @throws {TroupeError} ERR_OPTION, ERR_CACHE_TTL */
  constructor(options: NearOptions, clock: Clock) {
    const { maxEntries, ttlMs } = checkNear(options);
    this.#clock = clock;
    this.#ttlMs = ttlMs;
    this.#store = new CacheStore({ maxEntries, eviction: 'lru' }, clock.now());
  }

  get hitCount(): number {
    return this.#store.statistics.hits;
  }

  /** The encoded value, or undefined. */
  get(key: string): unknown {
    return this.#store.get(key, this.#clock.now());
  }

  /** A read is sent: until it is `answered`, changes are remembered. */
  asked(): void {
    this.#readCount++;
  }

  /** Its answer has come: kept, unless the key has changed meanwhile. */
  keep(key: string, entry: FreshEntry | undefined): void {
    const nowMs = this.#clock.now();
    if (entry !== undefined && !this.#changed.has(key) && entry.freshUntilMs > nowMs) {
      const ttlMs = Math.min(this.#ttlMs, entry.freshUntilMs - nowMs);
      this.#store.set(key, entry.value, NO_BYTES, nowMs, ttlMs);
    }
  }

  /** The read is over, well or not. */
  answered(): void {
    if (--this.#readCount === 0) this.#changed.clear();
  }

  /** A key has changed, or is about to. */
  forget(key: string): void {
    this.#store.delete(key, this.#clock.now());
    if (this.#readCount > 0) this.#changed.add(key);
  }

  clear(): void {
    for (const key of this.#store.clear()) if (this.#readCount > 0) this.#changed.add(key);
  }
}
