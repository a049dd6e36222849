import { ENTRY_KIND, type Entry } from './entry.js';
import type { CommandOutcome, Refusal } from './outcome.js';
import { PendingReads } from './pending-reads.js';
import { PROPOSAL } from './proposals.js';
import { Raft } from './raft.js';
import type { Decision, ReplicaOptions, ReplicaOutput } from './replica-types.js';
import { checkReplicaNames } from './replica-types.js';
import { readState, saveState, unreadable } from './saved-state.js';
import { SessionTable } from './session-table.js';
import type { Snapshot } from './snapshot.js';
import type { StateMachine } from './state-machine.js';
import type { ReplicaWrite } from './storage.js';
import { WaitingProposals } from './waiting-proposals.js';

const NO_DECISIONS: readonly never[] = Object.freeze([]);

/**
 * One node with its state machine and its clients: Raft, sessions, and who waits for what. As pure as the core: the
 * simulation and the actor drive the same code.
 */
export class Replica<S, C, R, Q, A> {
  readonly raft: Raft;
  readonly #machine: StateMachine<S, C, R, Q, A>;
  readonly #sessions: SessionTable;
  readonly #snapshotEvery: number;
  readonly #trailing: number;
  #state: S;
  #snapshotIndex = 0;
  /** Proposals of this leader, all of one term. */
  readonly #waiting = new WaitingProposals();
  /** Proposals that went to another leader, by session and sequence; null while there are none. */
  #forwarded: Map<string, number> | null = null;
  readonly #reads: PendingReads<Q>;
  #decisions: Decision<R, A>[] = [];
  #ledTerm = 0;
  /** The term in which the last drain was. */
  #term = 0;

  constructor(options: ReplicaOptions<S, C, R, Q, A>) {
    checkReplicaNames(options);
    this.raft = new Raft(options.raft);
    this.#machine = options.machine;
    this.#sessions = new SessionTable(options.maxSessions ?? 1024);
    this.#snapshotEvery = options.snapshotEvery ?? 8192;
    this.#trailing = options.trailing ?? 512;
    this.#reads = new PendingReads(options.firstContext ?? 1);
    const { snapshot } = this.raft;
    this.#state = options.machine.initial();
    if (snapshot !== null) this.#restore(snapshot);
  }

  /** As of what this node has applied: a stale read. */
  get state(): S {
    return this.#state;
  }

  get waitingCount(): number {
    return (
      this.#waiting.count +
      (this.#forwarded?.size ?? 0) +
      this.#reads.count +
      this.raft.waitingCount
    );
  }

  /**
   * Wants a command applied. The outcome comes as a decision, perhaps never: give up with `forget`.
   * @param session 0: without a session, then a command may be applied twice if it is asked again
   */
  propose(
    request: number,
    command: C,
    session: number,
    sequence: number,
    lowest: number,
    bytes: number,
  ): void {
    const kind = ENTRY_KIND.command;
    this.#propose(request, { kind, session, sequence, lowest, payload: command, bytes });
  }

  /**
   * Opens a session, whose number is the `index` of the outcome.
   * @param nonce a number by which the opener knows it, best a random one
   */
  openSession(request: number, nonce: number): void {
    const kind = ENTRY_KIND.session;
    const [session, sequence, lowest, bytes] = [nonce, 0, 0, 0];
    this.#propose(request, { kind, session, sequence, lowest, payload: null, bytes });
  }

  #propose(request: number, proposal: Parameters<Raft['propose']>[0]): void {
    const { session, sequence } = proposal;
    // Who waits for a forwarded command is found by its session: without one it goes to the leader only.
    if (session === 0 && this.raft.role !== 'leader') {
      this.#refuse(request, 'no-leader');
      return;
    }
    const index = this.raft.propose(proposal);
    switch (index) {
      case PROPOSAL.forwarded:
        this.#forwarded ??= new Map();
        this.#forwarded.set(`${session}:${sequence}`, request);
        return;
      case PROPOSAL.noLeader:
        this.#refuse(request, 'no-leader');
        return;
      case PROPOSAL.full:
        this.#refuse(request, 'full');
        return;
      case PROPOSAL.transferring:
        this.#refuse(request, 'transferring');
        return;
      default:
        if (this.raft.term !== this.#ledTerm) this.#abandon();
        this.#ledTerm = this.raft.term;
        this.#waiting.add(index, request);
    }
  }

  /** Wants a linearizable read. The outcome comes as a decision, perhaps never: give up with `forget`. */
  read(request: number, query: Q): void {
    this.#reads.add(request, query);
  }

  /** Nobody waits for this any more. */
  forget(request: number): void {
    this.#waiting.forget(request);
    for (const [key, waiting] of this.#forwarded ?? []) {
      if (waiting === request) this.#forwarded!.delete(key);
    }
    this.#reads.forget(request);
  }

  /**
   * All that is to be done now. Call it after each input, or after a batch of them.
   * @throws {TroupeError} ERR_RAFT_SNAPSHOT: this replica must not be used any more
   */
  drain(): ReplicaOutput<R, A> {
    const { raft } = this;
    if (raft.term !== this.#term) this.#beginTerm();
    this.#askReads();
    const ready = raft.ready();
    if (this.#waiting.count > 0 && (raft.role !== 'leader' || raft.term !== this.#ledTerm)) {
      this.#abandon();
    }
    if (ready.snapshot !== null) this.#restore(ready.snapshot);
    for (const entry of ready.committed) this.#apply(entry);
    if (ready.committed.length > 0) {
      raft.step({ type: 'applied', index: ready.committed[ready.committed.length - 1]!.index });
    }
    for (const { context, index } of ready.readStates) {
      for (const request of this.#reads.confirm(context, index)) this.#refuseRead(request);
    }
    this.#answerReads();
    const saved = this.#saveSnapshot();
    const decisions = this.#decisions.length === 0 ? NO_DECISIONS : this.#decisions;
    if (decisions.length > 0) this.#decisions = [];
    const { sequence, hardState, entries, snapshot: install, mustSync } = ready;
    const write: ReplicaWrite | null =
      mustSync || saved !== null
        ? {
            sequence,
            mustSync,
            hardState,
            entries,
            install,
            saved,
            keepFrom: raft.firstIndex,
          }
        : null;
    const { messages, reports, committed: applied } = ready;
    return { write, messages, decisions, reports, applied };
  }

  #askReads(): void {
    const context = this.#reads.next();
    if (context === undefined) return;
    if (this.raft.readIndex(context) === 'accepted') return;
    for (const request of this.#reads.confirm(context, -1)) this.#refuseRead(request);
  }

  #apply(entry: Entry): void {
    switch (entry.kind) {
      case ENTRY_KIND.command:
        this.#decide(entry, this.#applyCommand(entry));
        return;
      case ENTRY_KIND.session:
        this.#sessions.open(entry.index);
        this.#decide(entry, { type: 'done', reply: null as R, index: entry.index });
        return;
      default:
        this.#decide(entry, { type: 'lost' });
    }
  }

  #applyCommand({ index, session, sequence, lowest, payload }: Entry): CommandOutcome<R> {
    if (session !== 0) {
      const found = this.#sessions.find(session, sequence);
      if (found !== undefined) {
        return 'reply' in found ? (found.reply as CommandOutcome<R>) : { type: found.refusal };
      }
    }
    let outcome: CommandOutcome<R>;
    try {
      const [state, reply] = this.#machine.apply(this.#state, payload as C);
      this.#state = state;
      outcome = { type: 'done', reply, index };
    } catch (error) {
      outcome = { type: 'failed', error: String(error), index };
    }
    if (session !== 0) this.#sessions.record(session, sequence, lowest, index, outcome);
    return outcome;
  }

  /** Tells whoever waits for this entry, or waited for another one in its place. */
  #decide(entry: Entry, outcome: CommandOutcome<R>): void {
    const request = this.#waiting.take(entry.index);
    if (request !== 0) {
      this.#decided(request, entry.term === this.#ledTerm ? outcome : { type: 'lost' });
    }
    if (this.#forwarded === null || entry.session === 0) return;
    const key = `${entry.session}:${entry.sequence}`;
    const forwarded = this.#forwarded.get(key);
    if (forwarded === undefined) return;
    this.#forwarded.delete(key);
    if (this.#forwarded.size === 0) this.#forwarded = null;
    this.#decided(forwarded, outcome);
  }

  #decided(request: number, outcome: CommandOutcome<R>): void {
    this.#decisions.push({ kind: 'command', request, outcome });
  }

  /** No leader any more: what it proposed may be chosen or not. */
  #abandon(): void {
    for (const request of this.#waiting.takeAll()) this.#decided(request, { type: 'unknown' });
  }

  /** Whoever waits for an answer of the former leader asks again: it may be dead. */
  #beginTerm(): void {
    this.#term = this.raft.term;
    const forwarded = this.#forwarded?.values() ?? [];
    this.#forwarded = null;
    for (const request of forwarded) this.#decided(request, { type: 'unknown' });
    for (const request of this.#reads.takeAsked()) this.#refuseRead(request);
  }

  #answerReads(): void {
    for (const { request, query } of this.#reads.takeReadable(this.raft.applied)) {
      const answer = this.#machine.query(this.#state, query);
      const index = this.raft.applied;
      this.#decisions.push({ kind: 'read', request, outcome: { type: 'done', answer, index } });
    }
  }

  #refuse(request: number, reason: Refusal): void {
    this.#decided(request, { type: 'refused', reason, leader: this.raft.leader });
  }

  #refuseRead(request: number): void {
    const { leader } = this.raft;
    const outcome = { type: 'refused', reason: 'no-leader', leader } as const;
    this.#decisions.push({ kind: 'read', request, outcome });
  }

  #saveSnapshot(): Snapshot | null {
    const { applied } = this.raft;
    if (applied - this.#snapshotIndex < this.#snapshotEvery) return null;
    return this.takeSnapshot();
  }

  /** Saves the state as of now, and forgets the log before it. */
  takeSnapshot(): Snapshot | null {
    const { applied } = this.raft;
    const state = this.#machine.snapshot?.(this.#state) ?? this.#state;
    const data = saveState(state, this.#sessions.save());
    const saved = this.raft.takeSnapshot(applied, data, this.#trailing) ?? null;
    if (saved !== null) this.#snapshotIndex = applied;
    return saved;
  }

  /**
   * State, sessions and applied index change together, or none of them does.
   * @throws {TroupeError} ERR_RAFT_SNAPSHOT: without this state the node cannot go on
   */
  #restore({ index, data }: Snapshot): void {
    try {
      const [state, sessions] = readState(data);
      const restored = this.#machine.restore?.(state) ?? (state as S);
      this.#sessions.restore(sessions);
      this.#state = restored;
    } catch (cause) {
      throw unreadable(this.raft.id, index, data.length, cause);
    }
    this.#snapshotIndex = index;
    this.raft.step({ type: 'applied', index });
  }
}
