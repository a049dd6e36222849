import { checkRange, checkTtl } from './store/limits.js';

/** How a cache is made. Every field has a default. */
export interface CacheOptions {
  /** Name of the actor that owns the shards. */
  readonly name?: string;
  /** Shards, 1 to 1024, round the worker threads; one for each worker thread when left out. */
  readonly shards?: number;
  /** How keys are shared out: `ring` when left out. */
  readonly placement?: 'ring' | 'rendezvous';
  /** Points of a shard on the ring, 1 to 10,000; 160. */
  readonly virtualNodes?: number;
  /** Shards that keep each entry, on distinct threads, 1 to 8; 1. */
  readonly replicas?: number;
  /** Of each shard, 1 to 2^24; 100,000. */
  readonly maxEntries?: number;
  /** Of encoded keys and values, of each shard; no bound when left out. */
  readonly maxBytes?: number;
  /** Of one encoded key and value; `maxBytes`, at most 16 MiB, when left out. */
  readonly maxEntryBytes?: number;
  /** `tiny-lfu` when left out. */
  readonly eviction?: 'tiny-lfu' | 'lru';
  /** For entries that are not given one of their own; Infinity. */
  readonly ttlMs?: number;
  /** Each use begins the time to live anew; false. */
  readonly sliding?: boolean;
  /** The part of a time to live that chance may take off, 0 to 0.9, so that not all expire at once; 0. */
  readonly jitter?: number;
  /** How long it is remembered that a loader found nothing; 0: not at all. */
  readonly negativeTtlMs?: number;
  /** How long after its time an entry is served while a caller loads a new one; 0. */
  readonly staleWhileRevalidateMs?: number;
  /** How long after its time an entry is served when the loader fails; 0. */
  readonly staleIfErrorMs?: number;
  /** How eagerly entries are loaded anew before their time, 0 to 10: 1 is XFetch as published; 0: not. */
  readonly earlyRefresh?: number;
  /** How long a loader may take; 10,000. */
  readonly loadTimeoutMs?: number;
  /** Between two looks for expired entries; 1000. */
  readonly sweepIntervalMs?: number;
  /** How long one look may take; 1. */
  readonly sweepBudgetMs?: number;
}

/** Options with their defaults, as data. */
export type CacheSettings = Required<Omit<CacheOptions, 'name' | 'shards'>>;

const MAX_ENTRY_BYTES = 2 ** 24;

/** @throws {TroupeError} ERR_OPTION, ERR_CACHE_TTL */
export function resolveOptions(options: CacheOptions): CacheSettings {
  const { maxBytes = Number.POSITIVE_INFINITY, ttlMs = Number.POSITIVE_INFINITY } = options;
  const given = <T>(name: keyof CacheOptions, preset: T): T =>
    options[name] === undefined ? preset : (options[name] as T);
  const zeroOrTtl = (name: keyof CacheOptions): number => {
    const value = given(name, 0);
    return value === 0 ? 0 : checkTtl(name, value, 'cache');
  };
  const within = (name: keyof CacheOptions, preset: number, least: number, most: number): number =>
    checkRange(name, given(name, preset), least, most);
  const oneOf = <T extends string>(name: keyof CacheOptions, allowed: readonly T[]): T => {
    const value = given(name, allowed[0]!);
    if (!allowed.includes(value)) checkRange(`${name} '${value}'`, Number.NaN, 0, 0);
    return value;
  };
  return {
    placement: oneOf('placement', ['ring', 'rendezvous']),
    virtualNodes: within('virtualNodes', 160, 1, 10_000),
    replicas: Math.floor(within('replicas', 1, 1, 8)),
    maxEntries: Math.floor(within('maxEntries', 100_000, 1, 2 ** 24)),
    maxBytes: checkRange('maxBytes', maxBytes, 1, Number.POSITIVE_INFINITY),
    maxEntryBytes: within('maxEntryBytes', Math.min(maxBytes, MAX_ENTRY_BYTES), 1, 2 ** 30),
    eviction: oneOf('eviction', ['tiny-lfu', 'lru']),
    ttlMs: checkTtl('ttlMs', ttlMs, 'cache'),
    sliding: options.sliding ?? false,
    jitter: within('jitter', 0, 0, 0.9),
    negativeTtlMs: zeroOrTtl('negativeTtlMs'),
    staleWhileRevalidateMs: zeroOrTtl('staleWhileRevalidateMs'),
    staleIfErrorMs: zeroOrTtl('staleIfErrorMs'),
    earlyRefresh: within('earlyRefresh', 0, 0, 10),
    loadTimeoutMs: within('loadTimeoutMs', 10_000, 1, 2 ** 31 - 1),
    sweepIntervalMs: within('sweepIntervalMs', 1000, 1, 2 ** 31 - 1),
    sweepBudgetMs: within('sweepBudgetMs', 1, 0.01, 1000),
  };
}

/** @throws {TroupeError} ERR_OPTION unless it is an integer from 1 to 1024 */
export function checkShards(count: number): number {
  return checkRange('the number of shards', Number.isInteger(count) ? count : Number.NaN, 1, 1024);
}
