import type { ActorRef, Context, Requester } from '../../runtime/index.js';
import { AskedRequests } from './asked-requests.js';
import { founding, NO_CONFIGURATION } from './configuration.js';
import type { DirectoryMessage } from './directory.js';
import { MeshTransport, type RaftPacket } from './mesh-transport.js';
import type { RaftMessage } from './messages.js';
import type { NodeStorage } from './node-storage.js';
import type { InitialState } from './options.js';
import type { RaftNodeArgs, RaftNodeMessage, RaftPeer, RaftStatus } from './protocol.js';
import { Replica } from './replica.js';
import type { StateMachine } from './state-machine.js';
import type { RaftTransport } from './transport.js';

/** A node whose commands are not looked at. */
export type AnyNodeMessage = RaftNodeMessage<unknown, unknown, unknown, unknown>;

/** A state machine whose commands are not looked at. */
export type AnyMachine = StateMachine<unknown, unknown, unknown, unknown, unknown>;

/** What a node works with. */
export interface RaftShellParts {
  readonly machine: AnyMachine;
  readonly storage: NodeStorage;
  /** Reaches the other nodes; undefined: the mesh. */
  readonly transport: RaftTransport | undefined;
}

/** Ticks between two words to the directory. */
const PRESENT_TICKS = 100;
const DEFAULT_TICK_MS = 10;
const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;
/** Commands that are proposed before they are sent on: so followers begin while the leader takes more. */
const MAX_PROPOSED_COUNT = 1024;
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
  readonly #machine: AnyMachine;
  readonly #storage: NodeStorage;
  readonly #transport: RaftTransport;
  readonly #mesh = new MeshTransport();
  readonly #tickMs: number;
  readonly #makesUp: boolean;
  readonly #asked: AskedRequests;
  #isFlushing = false;
  #proposedCount = 0;
  #ticks = 0;
  #lastTickMs: number;

  private constructor(
    args: RaftNodeArgs,
    { machine, storage, transport }: RaftShellParts,
    initial: InitialState,
    ctx: Context<AnyNodeMessage>,
  ) {
    const { id, settings } = args;
    this.#args = args;
    this.#ctx = ctx;
    this.#machine = machine;
    this.#storage = storage;
    this.#transport = transport ?? this.#mesh;
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
    this.#asked = new AskedRequests(() => this.#replica.raft.leader);
    ctx.startInterval('tick', this.#tickMs, { type: 'tick' });
    this.#present();
  }

  /** Starts a node from what its storage has kept. */
  static async start(
    args: RaftNodeArgs,
    parts: RaftShellParts,
    ctx: Context<AnyNodeMessage>,
  ): Promise<RaftShell> {
    const { storage } = parts;
    const kept = await storage.load();
    const isFounder = args.founders.includes(args.id);
    // A founder that starts again with nothing has lost what it promised.
    const isAnother = !storage.isDurable && ctx.incarnation > 0;
    const isLost = kept === undefined && (isAnother || args.settings.isFounded === true);
    const configuration = isFounder && !isLost ? founding(args.founders) : NO_CONFIGURATION;
    return new RaftShell(args, parts, { configuration, isLost, ...kept }, ctx);
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
    if (this.#replica.raft.hasReady) this.#drain();
  }

  open(packets: readonly RaftPacket[]): void {
    this.receive(MeshTransport.opened(packets));
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

  meetPeers(members: readonly (readonly [number, RaftPeer])[]): void {
    this.#mesh.meetPeers(members);
  }

  rejoin(epoch: number): void {
    this.#replica.raft.rejoin(epoch);
    this.#flushSoon();
  }

  propose(
    requester: Requester<never>,
    { commands, session, sequences, lowest, bytes }: AnyNodeMessage & { type: 'propose' },
  ): void {
    const count = commands.length;
    const first = this.#asked.batch(requester, count, this.#ctx.now());
    for (let i = 0; i < count; i++) {
      this.#replica.propose(first + i, commands[i], session, sequences[i]!, lowest, bytes[i]!);
    }
    this.#proposedCount += count;
    if (this.#proposedCount >= MAX_PROPOSED_COUNT) this.#drain();
    else this.#flushSoon();
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

  /** All that lay in the mailbox has been taken. */
  flush(): void {
    this.#isFlushing = false;
    this.#drain();
  }

  /** Does what the replica wants done. */
  #drain(): void {
    this.#proposedCount = 0;
    const replica = this.#replica;
    do {
      const { write, messages, decisions, reports } = replica.drain();
      if (write !== null && this.#storage.write(write, this.#onStored) && write.mustSync) {
        replica.raft.step({ type: 'stored', sequence: write.sequence });
      }
      if (messages.length > 0) this.#transport.send(messages);
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
    this.#transport.close();
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

  #present(): void {
    const { directory, id } = this.#args;
    const node = this.#ctx.self as ActorRef<never>;
    const { isLost } = this.#replica.raft;
    const message: DirectoryMessage = { type: 'present', id, node: node as never, isLost };
    directory.tell(message);
  }
}
