import { checkNames, hashKey, type OptionNames } from '../../../runtime/index.js';
import type { Entry, EntryExtras } from './entry.js';
import { EntryColumns } from './entry-columns.js';
import type { Bounds, EvictionPolicy } from './eviction-policy.js';
import { ExpiryWheel } from './expiry-wheel.js';
import { KeyIndex } from './key-index.js';
import { Lru } from './lru.js';
import { type CacheStatistics, noStatistics, type RemovalReason } from './statistics.js';
import type { StoreOptions } from './store-options.js';
import { TagIndex } from './tag-index.js';
import { TinyLfu } from './tiny-lfu.js';

const NAMES: OptionNames<StoreOptions> = {
  maxEntries: true,
  maxBytes: true,
  eviction: true,
  onRemoved: true,
};
const NO_EXTRAS: EntryExtras = Object.freeze({});
const FIRST_CAPACITY = 1024;
/** Versions of a store begin so high that those of an earlier one on the same machine lie below. */
const VERSIONS_PER_MS = 4096;

/**
 * Keys and values with times to live, in bounds. It knows no clock: every call says what time it is, on a
 * monotonic clock, in milliseconds.
 *
 * An expired entry is never answered; `sweep` gives back the memory of those nobody asks for. After a write the
 * bounds hold, unless the one entry alone exceeds them. The version of an entry is higher than that of
 * any before under its key.
 */
export class CacheStore {
  readonly statistics: CacheStatistics;
  readonly columns: EntryColumns;
  readonly #index: KeyIndex;
  readonly #bounds: Bounds;
  readonly #policy: EvictionPolicy;
  readonly #wheel: ExpiryWheel;
  readonly #tags = new TagIndex();
  readonly #free: number[] = [];
  readonly #onRemoved: StoreOptions['onRemoved'];
  readonly #expire: (slot: number) => void;
  #usedCount: number;
  #bytes: number;
  #version: number;

  constructor(options: StoreOptions, nowMs: number) {
    checkNames('CacheStore', options, NAMES);
    const { maxEntries = 100_000, maxBytes = Number.POSITIVE_INFINITY } = options;
    const capacity = Math.min(FIRST_CAPACITY, maxEntries + 1);
    this.statistics = noStatistics();
    this.columns = new EntryColumns(capacity);
    this.#index = new KeyIndex(this.columns.keys, capacity);
    this.#bounds = { maxEntries, maxBytes };
    this.#policy =
      options.eviction === 'lru' ? new Lru(capacity) : new TinyLfu(this.#bounds, capacity);
    this.#wheel = new ExpiryWheel(nowMs, capacity);
    this.#onRemoved = options.onRemoved;
    this.#expire = (slot) => this.#remove(slot, 'expired');
    this.#usedCount = 0;
    this.#bytes = 0;
    this.#version = Math.floor(nowMs * VERSIONS_PER_MS);
  }

  /** Entries, expired ones that were not swept yet included. */
  get size(): number {
    return this.#index.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The highest version given out. */
  get version(): number {
    return this.#version;
  }

  /** Versions given out from now on are above this one too. */
  raiseVersion(version: number): void {
    if (version > this.#version) this.#version = version;
  }

  /** In no order; a list of its own, so entries may be removed while it is gone through. */
  keys(): string[] {
    return this.#index.slots().map((slot) => this.columns.keys[slot]!);
  }

  /** The value, if it is there and in time; counts as a use. */
  get(key: string, nowMs: number): unknown {
    const slot = this.#index.find(key, hashKey(key));
    if (slot < 0) {
      this.statistics.misses++;
      return undefined;
    }
    if (nowMs >= this.columns.freshUntilMs[slot]!) {
      this.#dropIfOver(slot, nowMs);
      this.statistics.misses++;
      return undefined;
    }
    return this.use(slot, nowMs);
  }

  /** The slot of an entry that is kept, also when it is stale; -1 without. No use, and not counted. */
  find(key: string, nowMs: number): number {
    const slot = this.#index.find(key, hashKey(key));
    return slot < 0 || this.#dropIfOver(slot, nowMs) ? -1 : slot;
  }

  /** The slot of an entry that is in time and has a value; -1 without. */
  findFresh(key: string, nowMs: number): number {
    const slot = this.find(key, nowMs);
    const isThere =
      slot >= 0 &&
      nowMs < this.columns.freshUntilMs[slot]! &&
      this.columns.values[slot] !== undefined;
    return isThere ? slot : -1;
  }

  /** Counts a use of an entry and answers with its value. `slot`: from `find`. */
  use(slot: number, nowMs: number): unknown {
    const { columns, statistics } = this;
    this.#policy.read(slot);
    const slidingMs = columns.slidingMs[slot]!;
    if (slidingMs > 0) {
      const keepMs = columns.keptUntilMs[slot]! - columns.freshUntilMs[slot]!;
      columns.freshUntilMs[slot] = nowMs + slidingMs;
      columns.keptUntilMs[slot] = nowMs + slidingMs + keepMs;
    }
    const value = columns.values[slot];
    if (value === undefined) statistics.negativeHits++;
    else statistics.hits++;
    return value;
  }

  /**
   * Keeps a value. Bounds are kept by evicting others, or this one if it is used less than they are.
   * @param value undefined: the entry says that there is nothing
   * @param bytes of the encoded key and value
   * @param ttlMs above 0; Infinity: does not expire
   * @returns its version
   */
  set(
    key: string,
    value: unknown,
    bytes: number,
    nowMs: number,
    ttlMs = Number.POSITIVE_INFINITY,
    extras: EntryExtras = NO_EXTRAS,
  ): number {
    const slot = this.#slotFor(key, bytes);
    const { columns } = this;
    const { tags = null, sliding = false, keepMs = 0, costMs = 0 } = extras;
    const keptUntilMs = nowMs + ttlMs + keepMs;
    columns.values[slot] = value;
    columns.freshUntilMs[slot] = nowMs + ttlMs;
    this.#wheel.move(slot, columns.keptUntilMs[slot]!, keptUntilMs);
    columns.keptUntilMs[slot] = keptUntilMs;
    columns.slidingMs[slot] = sliding && ttlMs !== Number.POSITIVE_INFINITY ? ttlMs : 0;
    columns.costMs[slot] = costMs;
    if (extras.version === undefined) this.#version++;
    else this.raiseVersion(extras.version);
    const version = extras.version ?? this.#version;
    columns.versions[slot] = version;
    if (columns.tags[slot] !== tags) this.#tag(slot, tags);
    this.statistics.writes++;
    this.#evict();
    return version;
  }

  /** Keeps an entry as it was elsewhere, its times and version included. */
  adopt(entry: Entry, nowMs: number): void {
    if (entry.keptUntilMs <= nowMs) return;
    const { key, value, bytes, version, tags, costMs } = entry;
    const ttlMs = entry.freshUntilMs - nowMs;
    const keepMs = ttlMs === Infinity ? 0 : entry.keptUntilMs - entry.freshUntilMs;
    this.set(key, value, bytes, nowMs, ttlMs, { keepMs, tags, version, costMs });
    const slot = this.#index.find(key, hashKey(key));
    if (slot >= 0) this.columns.slidingMs[slot] = entry.slidingMs;
    this.statistics.writes--;
  }

  /** Takes an entry away. @returns whether there was one that had not expired */
  delete(key: string, nowMs: number, reason: RemovalReason = 'deleted'): boolean {
    const slot = this.#index.find(key, hashKey(key));
    this.#version++;
    if (slot < 0 || this.#dropIfOver(slot, nowMs)) return false;
    const wasThere =
      nowMs < this.columns.freshUntilMs[slot]! && this.columns.values[slot] !== undefined;
    this.#remove(slot, reason);
    return wasThere;
  }

  /** Takes all entries with a tag away. @returns their keys */
  deleteTag(tag: string): string[] {
    return this.#removeAll(this.#tags.slotsOf(tag), 'invalidated');
  }

  /** Takes all entries away whose key begins so: looks at every key. @returns their keys */
  deletePrefix(prefix: string): string[] {
    const { keys } = this.columns;
    const slots = this.#index.slots().filter((slot) => keys[slot]!.startsWith(prefix));
    return this.#removeAll(slots, 'invalidated');
  }

  /** Takes all entries away. @returns their keys */
  clear(): string[] {
    return this.#removeAll(this.#index.slots(), 'cleared');
  }

  /**
   * Removes entries that have expired, looking at `limit` at most.
   * @returns false when there may be more: call again
   */
  sweep(nowMs: number, limit: number): boolean {
    return this.#wheel.sweep(nowMs, this.columns.keptUntilMs, limit, this.#expire);
  }

  /** The slot to write an entry to, its bytes counted, the policy told. */
  #slotFor(key: string, bytes: number): number {
    const { columns } = this;
    const hash = hashKey(key);
    const present = this.#index.find(key, hash);
    if (present >= 0) {
      this.#onRemoved?.(key, 'replaced', columns.versions[present]!);
      this.statistics.removed.replaced++;
      this.#bytes += bytes - columns.bytes[present]!;
      columns.bytes[present] = bytes;
      this.#policy.written(present, bytes);
      return present;
    }
    const slot = this.#free.pop() ?? this.#newSlot();
    columns.keys[slot] = key;
    columns.bytes[slot] = bytes;
    columns.tags[slot] = null;
    this.#index.add(slot, hash);
    this.#bytes += bytes;
    this.#policy.added(slot, hash, bytes);
    return slot;
  }

  #newSlot(): number {
    const { columns } = this;
    if (this.#usedCount === columns.capacity) {
      const capacity = Math.min(columns.capacity * 2, this.#bounds.maxEntries + 1);
      columns.grow(capacity);
      this.#index.grow(capacity);
      this.#policy.grow(capacity);
      this.#wheel.grow(capacity);
    }
    return this.#usedCount++;
  }

  #tag(slot: number, tags: readonly string[] | null): void {
    const former = this.columns.tags[slot];
    if (former != null) this.#tags.remove(slot, former);
    this.columns.tags[slot] = tags;
    if (tags !== null) this.#tags.add(slot, tags);
  }

  #evict(): void {
    const { maxEntries, maxBytes } = this.#bounds;
    while (this.#index.size > maxEntries || this.#bytes > maxBytes) {
      const victim = this.#policy.victim();
      if (victim < 0) return;
      this.#remove(victim, 'evicted');
    }
  }

  #dropIfOver(slot: number, nowMs: number): boolean {
    if (nowMs < this.columns.keptUntilMs[slot]!) return false;
    this.#remove(slot, 'expired');
    return true;
  }

  #removeAll(slots: readonly number[], reason: RemovalReason): string[] {
    this.#version++;
    return slots.map((slot) => {
      const key = this.columns.keys[slot]!;
      this.#remove(slot, reason);
      return key;
    });
  }

  #remove(slot: number, reason: RemovalReason): void {
    const { columns } = this;
    const key = columns.keys[slot]!;
    this.#index.remove(slot);
    this.#wheel.cancel(slot);
    this.#policy.removed(slot);
    this.#bytes -= columns.bytes[slot]!;
    if (columns.tags[slot] !== null) this.#tag(slot, null);
    columns.values[slot] = undefined;
    columns.keys[slot] = '';
    this.#free.push(slot);
    this.statistics.removed[reason]++;
    this.#onRemoved?.(key, reason, columns.versions[slot]!);
  }
}
