import type { ActorSystem } from '../../runtime/index.js';
import { checkNames, TroupeError } from '../../runtime/index.js';
import { CacheOwner, type CacheRef } from './cache-owner.js';
import { Cache } from './client/cache.js';
import type { CacheHome, ClientOptions } from './client/link.js';
import { checkNear } from './client/near-cache.js';
import { type CacheOptions, checkShards, resolveOptions } from './options.js';

export { CacheOwner, type CacheRef } from './cache-owner.js';
export {
  Cache,
  type IncrementOptions as CacheIncrementOptions,
  type VersionedValue,
} from './client/cache.js';
export { CacheEar } from './client/cache-ear.js';
export type { CacheHome, ClientOptions as CacheClientOptions } from './client/link.js';
export type { Loader as CacheLoader, LoadOptions as CacheLoadOptions } from './client/loads.js';
export type { NearOptions as NearCacheOptions } from './client/near-cache.js';
export type { WriteOptions as CacheWriteOptions } from './client/writes.js';
export type { CacheOptions } from './options.js';
export type { CacheRemoval, WriteCondition as CacheWriteCondition } from './protocol.js';
export { CacheShard } from './shard/cache-shard.js';
export { CacheStore } from './store/cache-store.js';
export type { Entry as CacheEntry, EntryExtras as CacheEntryExtras } from './store/entry.js';
export type { CacheStatistics, RemovalReason as CacheRemovalReason } from './store/statistics.js';
export type { StoreOptions as CacheStoreOptions } from './store/store-options.js';

/**
 * Starts a cache whose shards live on the worker threads of a system, and opens it on the main thread. Stop it with
 * `system.stopActor(cache.ref)`, or with the system.
 *
 * ```ts
 * const users = cache<User>(system, { ttlMs: 60_000, replicas: 2 });
 * await users.set('7', { name: 'Alice' });
 * const user = await users.getOrLoad('8', (id) => database.user(id));
 * ```
 *
 * @throws {TroupeError} ERR_OPTION, ERR_CACHE_TTL; those of `spawn`
 */
export function cache<V = unknown>(
  system: ActorSystem,
  options: CacheOptions & ClientOptions = {},
): Cache<V> {
  const settings = resolveOptions(options);
  const names = { ...settings, name: true, shards: true, near: true };
  checkNames<CacheOptions & ClientOptions>('cache', options, names);
  if (options.near !== undefined) checkNear(options.near);
  const workerCount = system.threads;
  const shardCount = checkShards(options.shards ?? Math.max(1, workerCount));
  const siteCount = Math.min(shardCount, Math.max(1, workerCount));
  if (settings.replicas > siteCount) {
    throw new TroupeError('ERR_OPTION', {
      what: `replicas is ${settings.replicas}, but the shards live on ${siteCount} threads`,
      where: 'cache',
      mend: 'use more threads and shards, or fewer replicas: copies lie on distinct threads',
    });
  }
  const ref = system.spawn(
    CacheOwner,
    { settings, shardCount, workerCount },
    { placement: 'main', ...(options.name === undefined ? {} : { name: options.name }) },
  );
  return new Cache<V>(system, ref, options);
}

/**
 * Opens a cache on another thread, in an actor that was given its reference.
 *
 * @param home the context of the actor
 * @throws {TroupeError} ERR_OPTION
 */
export function openCache<V = unknown>(
  home: CacheHome,
  ref: CacheRef,
  options: ClientOptions = {},
): Cache<V> {
  checkNames('openCache', options, { near: true });
  return new Cache<V>(home, ref, options);
}
