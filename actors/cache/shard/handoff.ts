import type { ActorRef } from '../../../runtime/index.js';
import type { CacheShardMessage } from '../protocol.js';
import type { Entry } from '../store/entry.js';
import type { ShardPlace, Topology } from '../topology.js';
import type { Shard } from './shard.js';
import type { Transition } from './transition.js';

/** Entries in one message between shards. */
const CHUNK_COUNT = 256;
/** How long another shard may take to answer: it may be dead, and about to be replaced. */
const PEER_TIMEOUT_MS = 5000;

/**
 * Moves entries between shards while they are in use: what this shard is to give away goes in bulk, chunk by
 * chunk, and stays readable here until the other has it.
 */
export class Handoff {
  readonly #shard: Shard;

  constructor(shard: Shard) {
    this.#shard = shard;
  }

  /** Gives away what is another's now, and fetches what copies there are of what is lost. Never rejects. */
  async run(transition: Transition, former: Topology | null, recovers: boolean): Promise<void> {
    const shard = this.#shard;
    const { args, version } = shard;
    if (recovers) await this.#recover(former ?? shard.topology);
    if (former !== null) {
      await this.#giveAway(transition, former);
      args.owner.tell({ type: 'drained', id: args.id, version });
    } else if (shard.transition === transition) shard.transition = null;
  }

  /** Fetches entries that somebody asks for. Never rejects: what cannot be had is a miss. */
  async fetch(transition: Transition, wanted: Map<ShardPlace, string[]>): Promise<void> {
    const shard = this.#shard;
    const { version } = shard;
    await Promise.all(
      [...wanted].map(async ([{ ref }, keys]) => {
        const request = { type: 'peek', version, keys } as const;
        const entries = await shard.ctx
          .ask(ref, request, { timeoutMs: PEER_TIMEOUT_MS })
          .catch((): readonly Entry[] => []);
        shard.adopt(entries, 0);
        for (const key of keys) transition.settle(key);
      }),
    );
  }

  /** Sends another shard what it should have, which has lost it. */
  async resend(to: string): Promise<void> {
    const { core, topology, ctx, version } = this.#shard;
    const target = topology.shards.find(({ id }) => id === to);
    if (target === undefined) return;
    const keys = core.store.keys().filter((key) => topology.keeps(to, key));
    for (let at = 0; at < keys.length; at += CHUNK_COUNT) {
      const entries = this.#entries(keys.slice(at, at + CHUNK_COUNT));
      const versionFloor = core.store.version;
      const adopt = { type: 'adopt', version, entries, versionFloor } as const;
      await ctx.ask(target.ref, adopt, { timeoutMs: PEER_TIMEOUT_MS }).catch(() => {});
    }
  }

  async #recover(among: Topology): Promise<void> {
    const { args, version, ctx } = this.#shard;
    const others = among.shards.filter(({ id }) => id !== args.id);
    const request = { type: 'resend', to: args.id, version } as const;
    const asks = others.map(({ ref }) =>
      ctx.ask(ref, request, { timeoutMs: 4 * PEER_TIMEOUT_MS }).catch(() => {}),
    );
    await Promise.all(asks);
  }

  async #giveAway(transition: Transition, former: Topology): Promise<void> {
    const shard = this.#shard;
    const { core, args } = shard;
    const keys = core.store.keys();
    for (let at = 0; at < keys.length; at += CHUNK_COUNT) {
      if (shard.transition !== transition) return;
      await this.#giveChunk(keys.slice(at, at + CHUNK_COUNT), former);
    }
    core.giveUpLeases((key) => shard.topology.ownerOf(key).id === args.id);
    shard.flush();
  }

  async #giveChunk(keys: readonly string[], former: Topology): Promise<void> {
    const { core, args, topology, ctx, version } = this.#shard;
    const parcels = new Map<ActorRef<CacheShardMessage>, string[]>();
    const leaving: string[] = [];
    for (const key of keys) {
      const before = former.ownersOf(key);
      if (before.some(({ id }) => id === args.id) && !topology.keeps(args.id, key))
        leaving.push(key);
      // The former owner sends, its copies do not.
      if (before[0]!.id !== args.id) continue;
      for (const { id, ref } of topology.ownersOf(key)) {
        if (before.some((each) => each.id === id)) continue;
        const parcel = parcels.get(ref);
        if (parcel === undefined) parcels.set(ref, [key]);
        else parcel.push(key);
      }
    }
    const versionFloor = core.store.version;
    await Promise.all(
      [...parcels].map(([ref, list]) => {
        const entries = this.#entries(list);
        const adopt = { type: 'adopt', version, entries, versionFloor } as const;
        return ctx.ask(ref, adopt, { timeoutMs: PEER_TIMEOUT_MS }).catch(() => {});
      }),
    );
    for (const key of leaving) core.store.delete(key, ctx.now(), 'moved');
  }

  #entries(keys: readonly string[]): Entry[] {
    const { core, ctx } = this.#shard;
    const slots = keys.map((key) => core.store.find(key, ctx.now())).filter((slot) => slot >= 0);
    return slots.map((slot) => core.store.columns.entryAt(slot));
  }
}
