import type { ActorRef, Context, Requester } from '../../../runtime/index.js';
import type { CacheSettings } from '../options.js';
import type {
  CacheMessage,
  CacheShardMessage,
  Change,
  Invalidation,
  Listener,
  LoadOutcome,
  Moved,
  Operation,
  ShardSetup,
} from '../protocol.js';
import type { Entry } from '../store/entry.js';
import type { CacheStatistics } from '../store/statistics.js';
import { Topology } from '../topology.js';
import { Handoff } from './handoff.js';
import { ShardCore } from './shard-core.js';
import { Transition } from './transition.js';

/** Arguments of a shard. */
export interface ShardArgs {
  readonly id: string;
  readonly owner: ActorRef<CacheMessage>;
  readonly settings: CacheSettings;
}

/** How many entries are looked at between two looks at the clock while sweeping. */
const SWEEP_STEP_COUNT = 64;
/** How long a copy may take to confirm a write before the write is answered without it. */
const REPLICA_TIMEOUT_MS = 2000;

/** The state of a shard: its core, what it knows of the others, and who waits. */
export class Shard {
  readonly args: ShardArgs;
  readonly core: ShardCore;
  readonly ctx: Context<CacheShardMessage>;
  topology: Topology;
  transition: Transition | null;
  readonly #handoff: Handoff;
  readonly #waiting = new Map<number, Requester<LoadOutcome | Moved>>();
  #listeners: readonly Listener[] = [];
  #moved = 0;
  #replicaFailures = 0;

  constructor(args: ShardArgs, ctx: Context<CacheShardMessage>) {
    const { settings } = args;
    this.args = args;
    this.ctx = ctx;
    this.core = new ShardCore(settings, ctx.now());
    this.topology = new Topology({ version: 0, shards: [] }, settings);
    this.transition = null;
    this.#handoff = new Handoff(this);
    ctx.startInterval('sweep', settings.sweepIntervalMs, { type: 'sweep' });
  }

  /** That of the topology; 0 until it is known, so that all requests wait. */
  get version(): number {
    return this.topology.version;
  }

  /** The topology has changed, or its change is complete; or this is the first that is heard of it. */
  configure(setup: ShardSetup): void {
    const { topology, previous, recovers } = setup;
    const isNew = topology.version > this.version;
    if (topology.version < this.version) return;
    if (isNew) this.topology = new Topology(topology, this.args.settings);
    this.listen(setup.listeners);
    const mayRecover = recovers && this.args.settings.replicas > 1;
    if (previous === null && !mayRecover) {
      if (this.transition?.isHandoff) this.transition = null;
    } else if (isNew || mayRecover) {
      const former = previous === null ? null : new Topology(previous, this.args.settings);
      const transition = new Transition(this.args.id, this.topology, former, mayRecover);
      this.transition = transition;
      void this.#handoff.run(transition, former, mayRecover);
    }
    this.core.giveUpLeases((key) => this.topology.ownerOf(key).id === this.args.id);
    this.flush();
  }

  listen(listeners: readonly Listener[]): void {
    this.#listeners = listeners;
    this.core.reportsRemovals = listeners.some(({ removals }) => removals);
  }

  /** Whether a request with that version is for this shard. */
  answersFor(version: number, key: string): boolean {
    if (version === this.version || this.topology.ownerOf(key).id === this.args.id) return true;
    this.#moved++;
    return false;
  }

  /** Does operations in order; undefined: entries have to be fetched first. */
  tryRun(operations: readonly Operation[]): unknown[] | undefined {
    const { transition, core, ctx } = this;
    if (transition !== null) {
      const missing = transition.missing(operations, core.store, ctx.now());
      if (missing.size > 0) return undefined;
    }
    return this.run(operations);
  }

  /** Fetches what these operations need, then does them and answers. Never rejects. */
  async fetchAndRun(operations: readonly Operation[], requester: Requester<never>): Promise<void> {
    const { transition } = this;
    if (transition !== null) {
      await this.#handoff.fetch(
        transition,
        transition.missing(operations, this.core.store, this.ctx.now()),
      );
    }
    this.answer(this.run(operations), requester);
  }

  run(operations: readonly Operation[]): unknown[] {
    const { core, ctx } = this;
    const nowMs = ctx.now();
    return operations.map((operation) => core.execute(operation, nowMs, ctx.random()));
  }

  /** Answers when all copies are made, at once if there are none to make. */
  answer(reply: unknown, requester: Requester<never>): void {
    const copying = this.flush();
    if (copying === null) requester.reply(reply as never);
    else void copying.then(() => requester.reply(reply as never));
  }

  /** Many entries are invalid. @returns how many there were */
  invalidate(what: Invalidation): number {
    this.transition?.invalidated(what);
    return this.core.invalidate(what);
  }

  /** Sends another shard what it should have and has lost. Never rejects. */
  resend(to: string): Promise<void> {
    return this.#handoff.resend(to);
  }

  /** Waits for the load of a key; undefined: will be answered later. */
  wait(key: string): LoadOutcome | undefined {
    const waiter = this.core.wait(key, this.ctx.now());
    if (typeof waiter !== 'number') return waiter;
    this.#waiting.set(waiter, this.ctx.requester() as Requester<LoadOutcome | Moved>);
    return undefined;
  }

  /** Gives memory of expired entries back, as long as its budget lasts; what is left follows soon. */
  sweep(): void {
    const { core, ctx, args } = this;
    const endMs = ctx.now() + args.settings.sweepBudgetMs;
    core.expireLeases(ctx.now());
    while (!core.store.sweep(ctx.now(), SWEEP_STEP_COUNT)) {
      if (ctx.now() < endMs) continue;
      ctx.startTimer('sweep-on', 1, { type: 'sweep' });
      break;
    }
    this.flush();
  }

  /** Keeps entries of another shard unless what is here is newer. */
  adopt(entries: readonly Entry[], versionFloor: number): void {
    const { core, ctx, transition } = this;
    const nowMs = ctx.now();
    core.store.raiseVersion(versionFloor);
    for (const entry of entries) {
      if (transition !== null && !transition.admits(entry)) continue;
      if (!this.topology.keeps(this.args.id, entry.key)) continue;
      const slot = core.store.find(entry.key, nowMs);
      if (slot >= 0 && core.store.columns.versions[slot]! >= entry.version) continue;
      core.store.adopt(entry, nowMs);
    }
  }

  /** Does as the owner of these entries did. */
  replicate(changes: readonly Change[]): void {
    const { core, ctx } = this;
    const nowMs = ctx.now();
    for (const { key, version, entry } of changes) {
      core.store.raiseVersion(version);
      this.transition?.settle(key);
      const slot = core.store.find(key, nowMs);
      if (slot >= 0 && core.store.columns.versions[slot]! > version) continue;
      if (entry !== null) core.store.adopt(entry, nowMs);
      else if (slot >= 0) core.store.delete(key, nowMs);
    }
    core.changed = [];
  }

  statistics(): CacheStatistics {
    const { store } = this.core;
    return {
      ...store.statistics,
      removed: { ...store.statistics.removed },
      entries: store.size,
      bytes: store.bytes,
      moved: this.#moved,
      replicaFailures: this.#replicaFailures,
    };
  }

  /** Passes on what followed from operations. @returns a promise if copies are under way */
  flush(): Promise<void> | null {
    const { core } = this;
    for (const { waiter, outcome } of core.answers) {
      this.#waiting.get(waiter)?.reply(outcome);
      this.#waiting.delete(waiter);
    }
    if (core.answers.length > 0) core.answers = [];
    const { changed, removals } = core;
    if (removals.length > 0) {
      core.removals = [];
      for (const { ref, removals: wants } of this.#listeners) {
        if (wants) ref.tell({ type: 'removed', removals });
      }
    }
    if (changed.length === 0) return null;
    core.changed = [];
    const { version } = core.store;
    for (const { ref, changes: wants } of this.#listeners) {
      if (wants) ref.tell({ type: 'changed', keys: changed, version });
    }
    if (this.transition !== null) for (const key of changed) this.transition.settle(key);
    return this.args.settings.replicas > 1 ? this.#copy(changed) : null;
  }

  async #copy(keys: readonly string[]): Promise<void> {
    const { core, ctx, args } = this;
    const { store } = core;
    const { version } = this;
    const nowMs = ctx.now();
    const changes = new Map<ActorRef<CacheShardMessage>, Change[]>();
    for (const key of new Set(keys)) {
      const slot = store.find(key, nowMs);
      const entry = slot < 0 ? null : store.columns.entryAt(slot);
      const change = { key, version: entry?.version ?? store.version, entry };
      for (const { id, ref } of this.topology.ownersOf(key)) {
        if (id === args.id) continue;
        const list = changes.get(ref);
        if (list === undefined) changes.set(ref, [change]);
        else list.push(change);
      }
    }
    const copies = [...changes].map(([ref, list]) =>
      ctx
        .ask(ref, { type: 'replicate', version, changes: list }, { timeoutMs: REPLICA_TIMEOUT_MS })
        .catch(() => {
          this.#replicaFailures += list.length;
        }),
    );
    await Promise.all(copies);
  }
}
