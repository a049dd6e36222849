import { CacheRounds, KEY_COUNT, TTL_MS, VALUE } from '../cache-rounds.js';
import { countOf, type Scale, type Subject } from '../harness.js';
import { loadPeer } from './installed.js';

/** The part of lru-cache that is used. */
interface LruCacheModule {
  readonly LRUCache: new (options: {
    readonly max: number;
    readonly ttl: number;
  }) => {
    set(key: string, value: string): unknown;
    get(key: string): string | undefined;
  };
}

/** What lru-cache can do of a bench. It looks at the clock once a millisecond. */
export function lruCacheSubject(bench: string, scale: Scale): Subject | undefined {
  if (bench !== 'cache-local') return undefined;
  return new CacheRounds('lru-cache', countOf(scale, 1_000_000, 20_000), async () => {
    const { LRUCache } = await loadPeer<LruCacheModule>('lru-cache');
    const cache = new LRUCache({ max: KEY_COUNT, ttl: TTL_MS });
    return {
      tick: () => {},
      set: (key) => cache.set(key, VALUE) === cache,
      get: (key) => cache.get(key),
    };
  });
}
