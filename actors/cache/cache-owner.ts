import {
  type ActorRef,
  type Context,
  defineActor,
  NO_REPLY,
  type Requester,
} from '../../runtime/index.js';
import type { CacheSettings } from './options.js';
import type { CacheMessage, Listener, ShardSetup } from './protocol.js';
import { CacheShard } from './shard/cache-shard.js';
import type { ShardPlace, TopologyData } from './topology.js';

/** Arguments of the owner of a cache. */
export interface CacheOwnerArgs {
  readonly settings: CacheSettings;
  /** Shards to begin with. */
  readonly shardCount: number;
  /** Worker threads, over which shards are spread; 0: all live on the main thread. */
  readonly workerCount: number;
}

/** A change of shards that somebody waits for. */
interface Resize {
  readonly shardCount: number;
  readonly requester: Requester<number>;
}

/** Restarts of shards allowed in a second: a thread that dies takes several with it. */
const RESTARTS = { intensity: 100, periodMs: 1000 };

/** An owner that was restarted goes on above all versions that its clients may know. */
const VERSIONS_PER_INCARNATION = 1_000_000;

class Owner {
  readonly args: CacheOwnerArgs;
  readonly ctx: Context<CacheMessage>;
  /** Shards that have begun once: when they come again they have lost what they had. */
  readonly known = new Set<string>();
  readonly resizes: Resize[] = [];
  topology: TopologyData;
  /** What it was before the change that is under way. */
  previous: TopologyData | null = null;
  listeners: readonly Listener[] = [];
  /** Shards that still have entries to give away. */
  #draining = new Set<string>();

  constructor(args: CacheOwnerArgs, ctx: Context<CacheMessage>) {
    this.args = args;
    this.ctx = ctx;
    const version = ctx.incarnation * VERSIONS_PER_INCARNATION;
    this.topology = { version, shards: [] };
    this.topology = { version: version + 1, shards: this.#placesFor(args.shardCount) };
  }

  setup(recovers: boolean): ShardSetup {
    const { topology, previous, listeners } = this;
    return { topology, previous, listeners, recovers };
  }

  /** Begins the next change if none is under way. */
  advance(): void {
    const next = this.resizes[0];
    if (next === undefined || this.previous !== null) return;
    const { shards, version } = this.topology;
    this.previous = this.topology;
    this.topology = { version: version + 1, shards: this.#placesFor(next.shardCount) };
    this.#draining = new Set(shards.map(({ id }) => id));
    this.#configure();
  }

  drained(id: string, version: number): void {
    if (version !== this.topology.version || !this.#draining.delete(id)) return;
    if (this.#draining.size > 0 || this.previous === null) return;
    const left = new Set(this.topology.shards.map((shard) => shard.id));
    const gone = this.previous.shards.filter((shard) => !left.has(shard.id));
    this.previous = null;
    this.#configure();
    for (const { id: goneId, ref } of gone) {
      this.known.delete(goneId);
      this.ctx.stopChild(ref);
    }
    this.resizes.shift()?.requester.reply(this.topology.version);
    this.advance();
  }

  /** Resolves when all shards know; one that is being restarted learns it then. */
  async listen(listeners: readonly Listener[]): Promise<void> {
    this.listeners = listeners;
    const asks = this.all().map(({ ref }) =>
      this.ctx.ask(ref, { type: 'listeners', listeners }).catch(() => {}),
    );
    await Promise.all(asks);
  }

  #configure(): void {
    for (const { ref } of this.all()) ref.tell({ type: 'configure', setup: this.setup(false) });
  }

  /** The shards of before and of now. */
  all(): readonly ShardPlace[] {
    const { shards } = this.topology;
    const former = this.previous?.shards ?? [];
    return [...shards, ...former.filter(({ id }) => shards.every((shard) => shard.id !== id))];
  }

  /** The first shards stay as they are; new ones come at the end, and go from there. */
  #placesFor(shardCount: number): ShardPlace[] {
    const { shards, version } = this.topology;
    const { workerCount, settings } = this.args;
    return Array.from({ length: shardCount }, (_, index) => {
      const present = shards[index];
      if (present !== undefined) return present;
      const thread = workerCount === 0 ? 0 : 1 + (index % workerCount);
      const id = `shard-${index}-${version + 1}`;
      const args = { id, owner: this.ctx.self, settings };
      const options = { name: id, placement: thread, restart: 'permanent' } as const;
      return { id, thread, weight: 1, ref: this.ctx.spawn(CacheShard, args, options) };
    });
  }
}

/**
 * Owns the shards of a cache: starts and supervises them, knows which there are, and leads a change of shards.
 * Requests for keys do not go through it.
 */
export const CacheOwner = defineActor<CacheMessage>()({
  module: import.meta.url,
  name: 'CacheOwner',
  supervision: RESTARTS,
  init: (args: CacheOwnerArgs, ctx) => new Owner(args, ctx),
  handlers: {
    topology: ({ topology, args }) => ({ topology, settings: args.settings }),
    hello(owner, { id }) {
      const recovers = owner.known.has(id);
      owner.known.add(id);
      const shard = owner.all().find((each) => each.id === id);
      shard?.ref.tell({ type: 'configure', setup: owner.setup(recovers) });
    },
    resize(owner, { shardCount }, ctx) {
      owner.resizes.push({ shardCount, requester: ctx.requester() });
      owner.advance();
      return NO_REPLY;
    },
    drained: (owner, { id, version }) => owner.drained(id, version),
    listen(owner, { listener }, ctx) {
      const requester = ctx.requester();
      const others = owner.listeners.filter(({ ref }) => !ref.equals(listener.ref));
      void owner.listen([...others, listener]).then(() => requester.reply(undefined));
      ctx.watch(listener.ref, { type: 'listener-gone', id: listener.ref.id });
      return NO_REPLY;
    },
    'listener-gone'(owner, { id }) {
      void owner.listen(owner.listeners.filter(({ ref }) => ref.id !== id));
    },
  },
});

/** A reference through which any thread can open the cache. */
export type CacheRef = ActorRef<CacheMessage>;
