import type { Configuration, MembershipChange } from './configuration.js';
import { campaign, receiveOwnVote } from './election.js';
import type { Entry, Proposal } from './entry.js';
import { changeMembership, type MembershipResult } from './membership.js';
import type { RaftMessage, StorageAnswer } from './messages.js';
import { RaftNode } from './node.js';
import type { RaftOptions } from './options.js';
import type { Progress } from './progress.js';
import { propose } from './proposals.js';
import { beginRound, type ReadResult, readIndex } from './reads.js';
import type { Ready } from './ready.js';
import { acknowledgeOwn, advanceCommit, replicate } from './replication.js';
import type { Role } from './roles.js';
import { checksumOf, type Snapshot } from './snapshot.js';
import { stepMessage } from './step.js';
import { tick } from './tick.js';
import { type TransferResult, transferLeadership } from './transfer.js';

/** What a leader knows of a member. */
export type MemberView = Readonly<
  Pick<Progress, 'state' | 'match' | 'next' | 'epoch' | 'inflightCount'>
>;

const NO_ENTRIES: readonly Entry[] = Object.freeze([]);

/**
 * One node of a group that agrees on a log (Ongaro and Ousterhout, "In search of an understandable
 * consensus algorithm", 2014, here "paper"; Ongaro, "Consensus: bridging theory and practice", 2014, here "thesis").
 *
 * Synchronous and pure: time comes as ticks, chance as an argument, messages and answers of the disk
 * through `step`, and everything to be done goes out through `ready`. `step` throws for nothing that a peer
 * can send.
 */
export class Raft {
  readonly #node: RaftNode;
  #taken: RaftMessage[] | undefined;
  #spare: RaftMessage[] | undefined;

  /** @throws {RangeError} for options that make no sense */
  constructor(options: RaftOptions) {
    this.#node = new RaftNode(options);
    if (this.#node.isLost) this.#node.reports.push({ type: 'disk-lost' });
  }

  get id(): number {
    return this.#node.id;
  }
  get role(): Role {
    return this.#node.role;
  }
  get term(): number {
    return this.#node.term;
  }
  get vote(): number {
    return this.#node.vote;
  }
  /** The leader of this term, 0 if unknown. */
  get leader(): number {
    return this.#node.leader;
  }
  get commit(): number {
    return this.#node.log.commit;
  }
  get applied(): number {
    return this.#node.log.applied;
  }
  get firstIndex(): number {
    return this.#node.log.first;
  }
  get lastIndex(): number {
    return this.#node.log.last;
  }
  get lastTerm(): number {
    return this.#node.log.lastTerm;
  }
  get stable(): number {
    return this.#node.log.stable;
  }
  /** In force: the latest in the log. */
  get configuration(): Configuration {
    return this.#node.configuration;
  }
  /** Index of the entry from which the configuration comes. */
  get configurationIndex(): number {
    return this.#node.configurationIndex;
  }
  get isLost(): boolean {
    return this.#node.isLost;
  }
  get snapshot(): Snapshot | null {
    return this.#node.snapshot;
  }
  /** The voter to which leadership is being handed, 0 for none. */
  get transferTarget(): number {
    return this.#node.transferTarget;
  }
  /** Entries and reads that wait; for bounds of memory. */
  get waitingCount(): number {
    let count = this.#node.reads.count;
    for (const { inflights } of this.#node.progress.values()) count += inflights.count;
    return count;
  }

  /** How the leader sees a member; undefined for others. */
  progressOf(id: number): MemberView | undefined {
    return this.#node.progress.get(id);
  }

  /** The term of an entry, -1 when it is not known. */
  termAt(index: number): number {
    return this.#node.log.termAt(index);
  }

  /** Pins the election timeout that runs now. `ticks >= 1` */
  pinElectionTimeout(ticks: number): void {
    this.#node.electionTimeoutTicks = ticks;
  }

  /** One unit of time has passed. */
  tick(): void {
    tick(this.#node);
  }

  /** Begins an election now, as if the timeout had passed. */
  campaign(): void {
    campaign(this.#node, false);
  }

  /** A message from another node, or an answer of this node's storage. Never throws for what a peer sends. */
  step(message: RaftMessage | StorageAnswer): void {
    if (message.type === 'stored') this.#stored(message.sequence);
    else if (message.type === 'applied') this.#applied(message.index);
    else stepMessage(this.#node, message);
  }

  #stored(sequence: number): void {
    const node = this.#node;
    const last = node.writes.stored(sequence);
    if (last > node.log.stable) node.log.stable = last;
    if (node.role === 'leader') acknowledgeOwn(node);
    for (const message of node.writes.release()) {
      if (message.to === node.id) receiveOwnVote(node, message);
      else node.send(message);
    }
  }

  #applied(index: number): void {
    const { log } = this.#node;
    if (index > log.applied && index <= log.handedOut) log.applied = index;
  }

  /**
   * Wants an entry in the log.
   * @returns its index when this node leads: it was chosen if the entry applied there has this term; else one of `PROPOSAL`
   */
  propose(proposal: Proposal): number {
    return propose(this.#node, proposal);
  }

  /** Asks for a linearizable read; the answer is a read state with this context, never used before by this node. */
  readIndex(context: number): ReadResult {
    return readIndex(this.#node, context);
  }

  /** Begins to change the members; `configuration` and `commit` show when it is done. */
  changeMembership(change: MembershipChange): MembershipResult {
    return changeMembership(this.#node, change);
  }

  /** Hands leadership to another voter. */
  transferLeadership(target: number): TransferResult {
    return transferLeadership(this.#node, target);
  }

  /** This lost node was removed and added again: it belongs to the group from that epoch on. */
  rejoin(epoch: number): void {
    const node = this.#node;
    if (!node.isLost) return;
    node.sinceEpoch = epoch;
    node.writes.isHardStateDirty = true;
  }

  /**
   * The state machine was saved as of `index`, which it has applied: the log before it is not needed any more.
   * @param trailing entries that are kept for followers that lag a little
   * @returns the snapshot, to be written; undefined when there is a newer one
   */
  takeSnapshot(index: number, data: Uint8Array, trailing = 0): Snapshot | undefined {
    const node = this.#node;
    if (index <= (node.snapshot?.index ?? 0) || index > node.log.applied) return undefined;
    const placed = node.configurations.filter((each) => each.index <= index);
    const { configuration } = placed[placed.length - 1]!;
    const term = node.log.termAt(index);
    const snapshot = { index, term, configuration, data, checksum: checksumOf(data) };
    node.snapshot = snapshot;
    node.log.compactTo(index - trailing);
    node.configurations = node.configurations.slice(placed.length - 1);
    return snapshot;
  }

  /** True when `ready` has something to say. */
  get hasReady(): boolean {
    const { outbox, readStates, reports, writes, log, isReplicationDue, isRoundDue } = this.#node;
    return (
      writes.isDirty ||
      isReplicationDue ||
      isRoundDue ||
      outbox.length + readStates.length + reports.length > 0 ||
      Math.min(log.commit, log.stable) > log.handedOut
    );
  }

  /** Everything to be done now. The entries in it count as given to the storage. */
  ready(): Ready {
    const node = this.#node;
    const { log, writes } = node;
    // Alternates until nothing new follows: a leader alone commits what replication makes due.
    if (node.role === 'leader') advanceCommit(node);
    if (node.isRoundDue && node.role === 'leader') beginRound(node);
    if (node.isReplicationDue && node.role === 'leader') replicate(node);
    const mustSync = writes.isDirty;
    const hardState = writes.isHardStateDirty ? node.hardState : null;
    const snapshot = writes.isSnapshotDirty ? node.installed : null;
    const entries = log.written < log.last ? log.slice(log.written + 1, log.last) : NO_ENTRIES;
    if (mustSync) {
      writes.give(log.last);
      log.written = log.last;
    }
    const end = Math.min(log.commit, log.stable);
    const committed = end > log.handedOut ? log.slice(log.handedOut + 1, end) : NO_ENTRIES;
    if (end > log.handedOut) log.handedOut = end;
    const { outbox: messages, readStates, reports } = node;
    node.outbox = this.#spare ?? [];
    this.#spare = undefined;
    this.#taken = messages;
    node.readStates = [];
    node.reports = [];
    node.installed = null;
    return {
      sequence: writes.given,
      hardState,
      entries,
      snapshot,
      committed,
      messages,
      readStates,
      reports,
      mustSync,
    };
  }

  /** The ready was taken over: its list of messages is used again. */
  advance(): void {
    if (this.#taken === undefined) return;
    this.#taken.length = 0;
    this.#spare = this.#taken;
    this.#taken = undefined;
  }
}
