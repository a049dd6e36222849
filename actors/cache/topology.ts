import { type ActorRef, HashRing, type KeyPlacement, Rendezvous } from '../../runtime/index.js';
import type { CacheSettings } from './options.js';
import type { CacheShardMessage } from './protocol.js';

/** One shard of a cache. */
export interface ShardPlace {
  readonly id: string;
  /** The thread it lives on; copies of an entry lie on distinct ones. */
  readonly thread: number;
  readonly weight: number;
  readonly ref: ActorRef<CacheShardMessage>;
}

/** Which shards there are, of which version. */
export interface TopologyData {
  readonly version: number;
  readonly shards: readonly ShardPlace[];
}

/** A topology ready for lookups: the same on every thread. */
export class Topology {
  readonly version: number;
  readonly data: TopologyData;
  readonly #placement: KeyPlacement;
  /** In the order of the nodes of the placement. */
  readonly #shards: readonly ShardPlace[];
  readonly #replicas: number;

  constructor(data: TopologyData, settings: CacheSettings) {
    const { version, shards } = data;
    const nodes = shards.map(({ id, weight, thread }) => ({ id, weight, site: String(thread) }));
    this.version = version;
    this.data = data;
    this.#placement =
      settings.placement === 'rendezvous'
        ? new Rendezvous(nodes, { version })
        : new HashRing(nodes, { version, virtualNodes: settings.virtualNodes });
    const byId = new Map(shards.map((shard) => [shard.id, shard]));
    this.#shards = this.#placement.nodes.map(({ id }) => byId.get(id)!);
    this.#replicas = settings.replicas;
  }

  get shards(): readonly ShardPlace[] {
    return this.#shards;
  }

  /** Index into `shards` of the shard that answers for a key. */
  indexOf(key: string): number {
    return this.#placement.indexOf(key);
  }

  /** The shard that answers for a key. */
  ownerOf(key: string): ShardPlace {
    return this.#shards[this.#placement.indexOf(key)]!;
  }

  /** All shards that keep a key, its owner first. */
  ownersOf(key: string): readonly ShardPlace[] {
    if (this.#replicas === 1) return [this.ownerOf(key)];
    return this.#placement.replicasOf(key, this.#replicas).map((index) => this.#shards[index]!);
  }

  /** Whether a shard keeps a key, as owner or copy. */
  keeps(id: string, key: string): boolean {
    return this.ownersOf(key).some((shard) => shard.id === id);
  }
}
