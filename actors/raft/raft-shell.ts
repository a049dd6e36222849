import type { ActorRef, Context, Requester } from '../../runtime/index.js';
import { AskedRequests } from './asked-requests.js';
import { founding, NO_CONFIGURATION } from './configuration.js';
import type { DirectoryMessage } from './directory.js';
import type { RaftMessage } from './messages.js';
import type { NodeStorage } from './node-storage.js';
import type { InitialState } from './options.js';
import type { RaftNodeArgs, RaftNodeMessage, RaftPeer, RaftStatus } from './protocol.js';
import { Replica } from './replica.js';
import type { StateMachine } from './state-machine.js';

/** A node whose commands are not looked at. */
export type AnyNodeMessage = RaftNodeMessage<unknown, unknown, unknown, unknown>;

/** Ticks between two words to the directory. */
const PRESENT_TICKS = 100;
const DEFAULT_TICK_MS = 10;
const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;
/** Most ticks that are made up after a pause: more would decide nothing else. */
const MAX_MADE_UP_TICKS = 1000;

/**
 * Drives one replica: messages in, and after all that has come, one `drain` for all of it. What arrives while a
 * write is under way goes into the next one.
 */
export class RaftShell {
  readonly #args: RaftNodeArgs;
  readonly #ctx: Context<AnyNodeMessage>;
  readonly #replica: Replica<unknown, unknown, unknown, unknown, unknown>;
  readonly #machine: StateMachine<unknown, unknown, unknown, unknown, unknown>;
  readonly #storage: NodeStorage;
  readonly #tickMs: number;
  readonly #makesUp: boolean;
  #peers = new Map<number, RaftPeer>();
  readonly #asked = new AskedRequests();
  #isFlushing = false;
  #ticks = 0;
  #lastTickMs: number;

  private constructor(
    args: RaftNodeArgs,
    machine: StateMachine<unknown, unknown, unknown, unknown, unknown>,
    storage: NodeStorage,
    initial: InitialState,
    ctx: Context<AnyNodeMessage>,
  ) {
    const { id, settings } = args;
    this.#args = args;
    this.#ctx = ctx;
    this.#machine = machine;
    this.#storage = storage;
    this.#tickMs = settings.tickMs ?? DEFAULT_TICK_MS;
    this.#makesUp = settings.leaseDrift !== undefined;
    this.#lastTickMs = ctx.now();
    this.#replica = new Replica({
      machine,
      ...(settings.maxSessions === undefined ? {} : { maxSessions: settings.maxSessions }),
      ...(settings.snapshotEvery === undefined ? {} : { snapshotEvery: settings.snapshotEvery }),
      ...(settings.trailing === undefined ? {} : { trailing: settings.trailing }),
      firstContext: 1 + Math.floor(ctx.random() * 2 ** 20) * 2 ** 32,
      raft: {
        id,
        chance: { next: () => ctx.random() },
        electionTicks: settings.electionTicks ?? 15,
        heartbeatTicks: settings.heartbeatTicks ?? 3,
        initial,
        ...(settings.leaseDrift === undefined ? {} : { leaseDrift: settings.leaseDrift }),
      },
    });
    ctx.startInterval('tick', this.#tickMs, { type: 'tick' });
    this.#present();
  }

  /** Starts a node from what its storage has kept. */
  static async start(
    args: RaftNodeArgs,
    machine: StateMachine<unknown, unknown, unknown, unknown, unknown>,
    storage: NodeStorage,
    ctx: Context<AnyNodeMessage>,
  ): Promise<RaftShell> {
    const kept = await storage.load();
    const isFounder = args.founders.includes(args.id);
    // A founder that starts again with nothing has lost what it promised.
    const isAnother = !storage.isDurable && ctx.incarnation > 0;
    const isLost = kept === undefined && (isAnother || args.settings.isFounded === true);
    const configuration = isFounder && !isLost ? founding(args.founders) : NO_CONFIGURATION;
    return new RaftShell(args, machine, storage, { configuration, isLost, ...kept }, ctx);
  }

  get status(): RaftStatus {
    const { role, term, leader, commit, applied, lastIndex, configuration, isLost } =
      this.#replica.raft;
    return {
      id: this.#args.id,
      role,
      term,
      leader,
      commit,
      applied,
      lastIndex,
      configuration,
      isLost,
    };
  }

  tick(): void {
    const now = this.#ctx.now();
    let count = 1;
    if (this.#makesUp) {
      count = Math.min(Math.floor((now - this.#lastTickMs) / this.#tickMs), MAX_MADE_UP_TICKS);
      this.#lastTickMs += count * this.#tickMs;
    }
    for (let i = 0; i < count; i++) this.#replica.raft.tick();
    if (++this.#ticks % PRESENT_TICKS === 0) {
      this.#present();
      const timeoutMs = this.#args.settings.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
      for (const request of this.#asked.expire(now - timeoutMs)) this.#replica.forget(request);
    }
    if (this.#replica.raft.hasReady) this.flush();
  }

  receive(messages: readonly RaftMessage[]): void {
    if (this.#makesUp) this.tick();
    for (const message of messages) this.#replica.raft.step(message);
    this.#flushSoon();
  }

  /** An answer to a former incarnation says nothing about this one's writes. */
  stored(sequence: number, incarnation: number): void {
    if (incarnation !== this.#ctx.incarnation) return;
    this.#replica.raft.step({ type: 'stored', sequence });
    this.#flushSoon();
  }

  setPeers(members: readonly (readonly [number, RaftPeer])[]): void {
    this.#peers = new Map(members);
  }

  rejoin(epoch: number): void {
    this.#replica.raft.rejoin(epoch);
    this.#flushSoon();
  }

  propose(
    requester: Requester<never>,
    { commands, session, sequences, lowest, bytes }: AnyNodeMessage & { type: 'propose' },
  ): void {
    const asked = this.#asked.batch(requester, commands.length, this.#ctx.now());
    for (let slot = 0; slot < commands.length; slot++) {
      const request = this.#asked.add(asked, slot);
      const [sequence, size] = [sequences[slot]!, bytes[slot]!];
      this.#replica.propose(request, commands[slot], session, sequence, lowest, size);
    }
    this.#flushSoon();
  }

  openSession(requester: Requester<never>, nonce: number): void {
    this.#replica.openSession(this.#asked.one(requester, this.#ctx.now()), nonce);
    this.#flushSoon();
  }

  read(requester: Requester<never>, query: unknown): void {
    // The lease is judged by the clock as it is now.
    if (this.#makesUp) this.tick();
    this.#replica.read(this.#asked.one(requester, this.#ctx.now()), query);
    this.#flushSoon();
  }

  /** As of what this node has applied, whatever others have. */
  readStale(query: unknown): { type: 'done'; answer: unknown; index: number } {
    const { state, raft } = this.#replica;
    return { type: 'done', answer: this.#machine.query(state, query), index: raft.applied };
  }

  change(
    change: Parameters<
      Replica<unknown, unknown, unknown, unknown, unknown>['raft']['changeMembership']
    >[0],
  ) {
    const result = this.#replica.raft.changeMembership(change);
    this.#flushSoon();
    return result;
  }

  transfer(to: number) {
    const result = this.#replica.raft.transferLeadership(to);
    this.#flushSoon();
    return result;
  }

  /** Does what the replica wants done. */
  flush(): void {
    this.#isFlushing = false;
    const replica = this.#replica;
    do {
      const { write, messages, decisions, reports } = replica.drain();
      if (write !== null && this.#storage.write(write, this.#onStored) && write.mustSync) {
        replica.raft.step({ type: 'stored', sequence: write.sequence });
      }
      if (messages.length > 0) this.#send(messages);
      for (const { request, outcome } of decisions) this.#asked.decide(request, outcome);
      for (const report of reports) {
        this.#ctx.publish(`raft-${report.type}`, {
          group: this.#args.group,
          node: this.#args.id,
          report,
        });
        if (report.type === 'disk-lost') this.#present();
      }
      replica.raft.advance();
    } while (replica.raft.hasReady);
  }

  /** A node that cannot keep what it promises must not go on. @throws what the storage said */
  notStored(error: unknown, incarnation: number): void {
    if (incarnation === this.#ctx.incarnation) throw error;
  }

  async stop(): Promise<void> {
    await this.#storage.close();
  }

  readonly #onStored = (sequence: number): void => {
    const { self, incarnation } = this.#ctx;
    self.tell({ type: 'stored', sequence, incarnation });
  };

  /** After all that lies in the mailbox now. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    this.#ctx.self.tell({ type: 'flush' });
  }

  /** One message to each peer, whatever there is to say. A peer that is not known is like one that is not heard. */
  #send(messages: readonly RaftMessage[]): void {
    const batches = new Map<number, RaftMessage[]>();
    for (const message of messages) {
      const batch = batches.get(message.to);
      if (batch === undefined) batches.set(message.to, [message]);
      else batch.push(message);
    }
    for (const [to, batch] of batches) {
      this.#peers.get(to)?.tell({ type: 'packets', messages: batch });
    }
  }

  #present(): void {
    const { directory, id } = this.#args;
    const node = this.#ctx.self as ActorRef<never>;
    const { isLost } = this.#replica.raft;
    const message: DirectoryMessage = { type: 'present', id, node: node as never, isLost };
    directory.tell(message);
  }
}
