import type { CacheSettings } from '../options.js';
import type {
  CacheRemoval,
  FreshEntry,
  Invalidation,
  LeaseReply,
  LoadOutcome,
  Operation,
  Write,
  WriteCondition,
} from '../protocol.js';
import { CacheStore } from '../store/cache-store.js';
import { type Lease, LeaseTable } from './lease-table.js';

type Of<O extends Operation['op']> = Extract<Operation, { op: O }>;

/** Somebody who waited for a load, by number, and what is answered. */
export interface Answer {
  readonly waiter: number;
  readonly outcome: LoadOutcome;
}

const RETRY: LoadOutcome = { state: 'retry' };

/**
 * What a shard does, without any I/O: operations on its store, and who may load what. Time and chance
 * are arguments. What follows from an operation beyond its answer is kept in `changed`, `answers` and
 * `removals`, until the shell takes it.
 */
export class ShardCore {
  readonly store: CacheStore;
  readonly settings: CacheSettings;
  readonly leases: LeaseTable;
  /** Keys that were written or deleted. */
  changed: string[] = [];
  answers: Answer[] = [];
  removals: CacheRemoval[] = [];
  /** Whether removals are of interest to anybody. */
  reportsRemovals = false;
  #lastWaiter = 0;

  constructor(settings: CacheSettings, nowMs: number) {
    const { maxEntries, maxBytes, eviction } = settings;
    this.settings = settings;
    this.store = new CacheStore(
      {
        maxEntries,
        maxBytes,
        eviction,
        onRemoved: (key, reason, version) => {
          if (this.reportsRemovals) this.removals.push({ key, reason, version });
        },
      },
      nowMs,
    );
    this.leases = new LeaseTable(this.store.version);
  }

  /** @param chance of `[0, 1)` @returns the answer that the protocol says */
  execute(operation: Operation, nowMs: number, chance: number): unknown {
    switch (operation.op) {
      case 'get':
        return this.store.get(operation.key, nowMs);
      case 'entry':
        return this.#entry(operation.key, nowMs);
      case 'has':
        return this.store.findFresh(operation.key, nowMs) >= 0;
      case 'set':
        return this.#set(operation, nowMs, chance);
      case 'delete':
        return this.#delete(operation, nowMs);
      case 'increment':
        return this.#increment(operation, nowMs);
      case 'lease':
        return this.#lease(operation.key, nowMs, chance);
      case 'fill':
        return this.#fill(operation, nowMs, chance);
      case 'fail':
        return this.#fail(operation, nowMs);
    }
  }

  /** Waits for the load of a key. @returns the number to wait under, or how it ended already */
  wait(key: string, nowMs: number): number | LoadOutcome {
    const lease = this.leases.get(key);
    if (lease !== undefined) {
      lease.waiters.add(++this.#lastWaiter);
      this.store.statistics.coalesced++;
      return this.#lastWaiter;
    }
    const slot = this.store.find(key, nowMs);
    const isFresh = slot >= 0 && nowMs < this.store.columns.freshUntilMs[slot]!;
    return isFresh ? { state: 'done', value: this.store.use(slot, nowMs) } : RETRY;
  }

  /** Somebody waits no longer. */
  leave(key: string, waiter: number): void {
    this.leases.get(key)?.waiters.delete(waiter);
  }

  /** @returns how many entries went */
  invalidate({ kind, text }: Invalidation): number {
    const { store, leases } = this;
    if (kind === 'tag') leases.tagChanged(text);
    else this.#retryAll(leases.cancelAll(({ key }) => kind === 'all' || key.startsWith(text)));
    const keys =
      kind === 'tag'
        ? store.deleteTag(text)
        : kind === 'prefix'
          ? store.deletePrefix(text)
          : store.clear();
    for (const key of keys) this.changed.push(key);
    return keys.length;
  }

  /** Ends the leases whose holders have taken too long. */
  expireLeases(nowMs: number): void {
    if (this.leases.size === 0) return;
    this.#retryAll(this.leases.cancelAll(({ deadlineMs }) => nowMs >= deadlineMs));
  }

  /** Ends the leases of keys that are another's now. */
  giveUpLeases(isOwn: (key: string) => boolean): void {
    this.#retryAll(this.leases.cancelAll(({ key }) => !isOwn(key)));
  }

  #entry(key: string, nowMs: number): FreshEntry | undefined {
    const slot = this.store.findFresh(key, nowMs);
    if (slot < 0) {
      this.store.statistics.misses++;
      return undefined;
    }
    const value = this.store.use(slot, nowMs);
    const { versions, freshUntilMs } = this.store.columns;
    return { value, version: versions[slot]!, freshUntilMs: freshUntilMs[slot]! };
  }

  #set({ key, write, when, keepTtl }: Of<'set'>, nowMs: number, chance: number): number {
    const version = this.#versionOf(key, nowMs);
    if (!holds(when, version)) return 0 - version;
    const slot = keepTtl ? this.store.findFresh(key, nowMs) : -1;
    const ttlMs = slot < 0 ? undefined : this.store.columns.freshUntilMs[slot]! - nowMs;
    return this.#write(key, write, nowMs, chance, ttlMs, 0);
  }

  #write(
    key: string,
    write: Write,
    nowMs: number,
    chance: number,
    ttlMs: number | undefined,
    costMs: number,
  ): number {
    const { bytes, keepMs, sliding, tags } = write;
    const jittered = write.ttlMs * (1 - this.settings.jitter * chance);
    this.#changing(key);
    const extras = { keepMs, sliding, tags, costMs };
    return this.store.set(key, write.value, bytes, nowMs, ttlMs ?? jittered, extras);
  }

  #delete({ key, when }: Of<'delete'>, nowMs: number): boolean {
    if (when !== 'always' && !holds(when, this.#versionOf(key, nowMs))) return false;
    this.#changing(key);
    return this.store.delete(key, nowMs);
  }

  #increment(operation: Of<'increment'>, nowMs: number): number | 'out-of-bounds' | 'not-a-number' {
    const { key, by, initial, min, max, ttlMs, bytes } = operation;
    const { store } = this;
    const slot = store.findFresh(key, nowMs);
    const present = slot < 0 ? initial : store.columns.values[slot];
    if (typeof present !== 'number') return 'not-a-number';
    const sum = present + by;
    if (!(sum >= min && sum <= max)) return 'out-of-bounds';
    this.#changing(key);
    if (slot < 0) {
      store.set(key, sum, bytes, nowMs, ttlMs);
      return sum;
    }
    const { columns } = store;
    const leftMs = columns.freshUntilMs[slot]! - nowMs;
    const keepMs =
      leftMs === Number.POSITIVE_INFINITY
        ? 0
        : columns.keptUntilMs[slot]! - columns.freshUntilMs[slot]!;
    const [tags, slidingMs] = [columns.tags[slot]!, columns.slidingMs[slot]!];
    store.set(key, sum, bytes, nowMs, leftMs, { keepMs, tags });
    columns.slidingMs[slot] = slidingMs;
    return sum;
  }

  #lease(key: string, nowMs: number, chance: number): LeaseReply {
    const { store, settings } = this;
    const slot = store.find(key, nowMs);
    if (slot < 0) return this.#loadOrWait(key, nowMs);
    const freshUntilMs = store.columns.freshUntilMs[slot]!;
    if (nowMs < freshUntilMs) {
      // XFetch: the nearer the end and the dearer the load, the likelier. Vattani et al. (2015).
      const eagerMs = settings.earlyRefresh * store.columns.costMs[slot]! * -Math.log(1 - chance);
      const value = store.use(slot, nowMs);
      if (nowMs + eagerMs < freshUntilMs) return { state: 'hit', value };
      return { state: 'stale', value, token: this.#grant(key, nowMs) };
    }
    const value = store.columns.values[slot];
    if (value === undefined || nowMs >= freshUntilMs + settings.staleWhileRevalidateMs) {
      return this.#loadOrWait(key, nowMs);
    }
    store.statistics.staleHits++;
    return { state: 'stale', value, token: this.#grant(key, nowMs) };
  }

  #loadOrWait(key: string, nowMs: number): LeaseReply {
    const token = this.#grant(key, nowMs);
    if (token === 0) return { state: 'wait' };
    this.store.statistics.misses++;
    return { state: 'load', token };
  }

  #grant(key: string, nowMs: number): number {
    const lease = this.leases.get(key);
    if (lease !== undefined && nowMs >= lease.deadlineMs) this.expireLeases(nowMs);
    const token = this.leases.ask(key, nowMs + this.settings.loadTimeoutMs);
    if (token !== 0) this.store.statistics.loads++;
    return token;
  }

  #fill({ key, token, write, costMs }: Of<'fill'>, nowMs: number, chance: number): boolean {
    const lease = this.leases.get(key);
    const { statistics } = this.store;
    const isOutdated = lease?.token === token && this.leases.isOutdated(lease, write.tags);
    const ended = this.leases.end(key, token);
    if (ended === undefined || isOutdated) {
      if (ended !== undefined) this.#retryAll([ended]);
      statistics.discardedLoads++;
      return false;
    }
    statistics.loadMs += costMs;
    statistics.longestLoadMs = Math.max(statistics.longestLoadMs, costMs);
    if (write.ttlMs > 0) this.#write(key, write, nowMs, chance, undefined, costMs);
    else if (this.store.delete(key, nowMs, 'replaced')) this.changed.push(key);
    this.#answerAll(ended, { state: 'done', value: write.value });
    return true;
  }

  #fail({ key, token, error }: Of<'fail'>, nowMs: number): unknown {
    this.store.statistics.loadFailures++;
    const lease = this.leases.end(key, token);
    const slot = this.store.find(key, nowMs);
    const { freshUntilMs, values } = this.store.columns;
    const untilMs = slot < 0 ? 0 : freshUntilMs[slot]! + this.settings.staleIfErrorMs;
    const stale = nowMs < untilMs ? values[slot] : undefined;
    if (stale !== undefined) this.store.statistics.staleHits++;
    if (lease !== undefined) {
      const failed = error === null ? RETRY : ({ state: 'failed', error } as const);
      this.#answerAll(lease, stale === undefined ? failed : { state: 'done', value: stale });
    }
    return stale;
  }

  #versionOf(key: string, nowMs: number): number {
    const slot = this.store.findFresh(key, nowMs);
    return slot < 0 ? 0 : this.store.columns.versions[slot]!;
  }

  /** A key is about to change: what is being loaded for it is void. */
  #changing(key: string): void {
    this.changed.push(key);
    const lease = this.leases.cancel(key);
    if (lease !== undefined) this.#retryAll([lease]);
  }

  #retryAll(leases: readonly Lease[]): void {
    for (const lease of leases) this.#answerAll(lease, RETRY);
  }

  #answerAll({ waiters }: Lease, outcome: LoadOutcome): void {
    for (const waiter of waiters) this.answers.push({ waiter, outcome });
  }
}

function holds(when: WriteCondition, version: number): boolean {
  if (when === 'always') return true;
  if (when === 'absent') return version === 0;
  return when === 'present' ? version !== 0 : version === when;
}
