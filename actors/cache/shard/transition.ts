import type { Invalidation, Operation } from '../protocol.js';
import type { CacheStore } from '../store/cache-store.js';
import type { Entry } from '../store/entry.js';
import type { ShardPlace, Topology } from '../topology.js';

/**
 * A shard between two topologies, or after its death: entries that it answers for may still lie with others.
 * They come in two ways: in bulk, and one by one when somebody asks for them. A key that was written, deleted or
 * asked for is settled: what comes later in bulk is older, and dropped.
 */
export class Transition {
  readonly #id: string;
  readonly #topology: Topology;
  readonly #previous: Topology | null;
  readonly #recovers: boolean;
  readonly #settled = new Set<string>();
  readonly #invalidations: Invalidation[] = [];

  /** @param recovers the shard was dead: copies of what it had may lie with others */
  constructor(id: string, topology: Topology, previous: Topology | null, recovers: boolean) {
    this.#id = id;
    this.#topology = topology;
    this.#previous = previous;
    this.#recovers = recovers;
  }

  /** Shards have come or gone; otherwise this one only recovers. */
  get isHandoff(): boolean {
    return this.#previous !== null;
  }

  /** The shard that may have an entry which is not here; undefined: none. */
  sourceOf(key: string): ShardPlace | undefined {
    if (this.#settled.has(key)) return undefined;
    const isOther = ({ id }: ShardPlace): boolean => id !== this.#id;
    if (this.#previous !== null) {
      const owners = this.#previous.ownersOf(key);
      const wasHere = owners.some(({ id }) => id === this.#id);
      if (!wasHere) return owners[0];
      if (this.#recovers) return owners.find(isOther);
    }
    return this.#recovers ? this.#topology.ownersOf(key).find(isOther) : undefined;
  }

  /** The keys that have to be asked for before these operations can be done, by the shard that may have them. */
  missing(
    operations: readonly Operation[],
    store: CacheStore,
    nowMs: number,
  ): Map<ShardPlace, string[]> {
    const wanted = new Map<ShardPlace, string[]>();
    for (const operation of operations) {
      const { key } = operation;
      const isBlind = operation.op === 'set' && operation.when === 'always' && !operation.keepTtl;
      const source = isBlind || store.find(key, nowMs) >= 0 ? undefined : this.sourceOf(key);
      if (source === undefined) continue;
      const keys = wanted.get(source);
      if (keys === undefined) wanted.set(source, [key]);
      else keys.push(key);
    }
    return wanted;
  }

  /** From now on only what is here counts for this key. */
  settle(key: string): void {
    this.#settled.add(key);
  }

  /** Entries that come from others later and are meant by it are not kept. */
  invalidated(what: Invalidation): void {
    this.#invalidations.push(what);
  }

  /** Whether an entry that comes from another shard may be kept. */
  admits(entry: Entry): boolean {
    return !this.#settled.has(entry.key) && !this.#invalidations.some((what) => means(what, entry));
  }
}

function means({ kind, text }: Invalidation, { key, tags }: Entry): boolean {
  if (kind === 'tag') return tags?.includes(text) ?? false;
  return kind === 'all' || key.startsWith(text);
}
