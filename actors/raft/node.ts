import {
  type Configuration,
  epochOf,
  isVoter,
  membersOf,
  NO_CONFIGURATION,
} from './configuration.js';
import { ENTRY_KIND, type Entry } from './entry.js';
import type { RaftMessage } from './messages.js';
import {
  type HardState,
  type InitialState,
  type RaftOptions,
  type ResolvedRaftOptions,
  resolveRaftOptions,
} from './options.js';
import { freshProgress, type Progress } from './progress.js';
import { RaftLog, UNKNOWN_TERM } from './raft-log.js';
import { ReadQueue } from './read-queue.js';
import type { RaftReport, ReadState } from './ready.js';
import { ROLE_TRANSITIONS, type Role, type RoleEvent } from './roles.js';
import { type Snapshot, SnapshotAssembly } from './snapshot.js';
import { WriteTracker } from './write-tracker.js';

/** A configuration and the index from which on it is in force. */
interface Placed {
  readonly index: number;
  readonly configuration: Configuration;
}

/** Shared by all nodes that have none, so that idle ones stay small. Never put anything in. */
export const NO_VOTES = new Map<number, boolean>();
export const NO_PROGRESS = new Map<number, Progress>();

/**
 * The state of one node. The rules that change it stand apart, one concept a file: `election.ts`,
 * `replication.ts`, `follow.ts`, `reads.ts`, `membership.ts`, `transfer.ts`. Not for use from outside of this folder.
 */
export class RaftNode {
  readonly id: number;
  readonly options: ResolvedRaftOptions;
  // Persistent (paper, figure 2).
  term: number;
  vote: number;
  sinceEpoch: number;
  readonly log: RaftLog;
  snapshot: Snapshot | null;
  // Volatile.
  role: Role = 'follower';
  /** The leader of this term, 0 if unknown. */
  leader = 0;
  isLost: boolean;
  /** The configurations that may still be rolled back to, the one in force last. */
  configurations: Placed[];
  /** While it campaigns; {@link NO_VOTES} otherwise. */
  votes: Map<number, boolean> = NO_VOTES;
  /** Of all members, this node included, while it leads. */
  progress: Map<number, Progress> = NO_PROGRESS;
  readonly reads: ReadQueue;
  readonly assembly = new SnapshotAssembly();
  // Time in ticks.
  ticks = 0;
  electionElapsed = 0;
  heartbeatElapsed = 0;
  /** Since a leader was heard of. */
  contactElapsed: number;
  electionTimeoutTicks: number;
  // While it leads.
  transferTarget = 0;
  transferElapsed = 0;
  /** A successor was told to begin in this term: no lease holds any more. */
  hasAbdicated = false;
  uncommittedBytes = 0;
  isReplicationDue = false;
  isRoundDue = false;
  // Output.
  readonly writes = new WriteTracker();
  outbox: RaftMessage[] = [];
  readStates: ReadState[] = [];
  reports: RaftReport[] = [];
  installed: Snapshot | null = null;

  constructor(options: RaftOptions) {
    this.options = resolveRaftOptions(options);
    this.id = this.options.id;
    this.reads = new ReadQueue(this.options.maxPendingReads);
    const initial: InitialState = options.initial ?? {};
    const { hardState, snapshot = null, entries = [] } = initial;
    this.term = hardState?.term ?? 0;
    this.vote = hardState?.vote ?? 0;
    this.isLost = initial.isLost ?? false;
    this.sinceEpoch = this.isLost ? Number.POSITIVE_INFINITY : (hardState?.sinceEpoch ?? 0);
    this.snapshot = snapshot;
    const base = (entries[0]?.index ?? (snapshot?.index ?? 0) + 1) - 1;
    const baseTerm = snapshot?.index === base ? snapshot.term : base === 0 ? 0 : UNKNOWN_TERM;
    this.log = new RaftLog(base, baseTerm, entries);
    const floor = Math.max(base, snapshot?.index ?? 0);
    this.log.commit = Math.min(Math.max(hardState?.commit ?? 0, floor), this.log.last);
    this.log.applied = Math.min(Math.max(initial.applied ?? 0, floor), this.log.commit);
    this.log.handedOut = this.log.applied;
    const first = snapshot?.configuration ?? initial.configuration ?? NO_CONFIGURATION;
    this.configurations = [{ index: snapshot?.index ?? 0, configuration: first }];
    for (const entry of entries) this.noteConfiguration(entry);
    // A node that comes back may have promised a leader just before not to vote for others.
    this.contactElapsed = initial.contactElapsedTicks ?? 0;
    this.electionTimeoutTicks = 0;
    this.resetElectionTimer();
  }

  get configuration(): Configuration {
    return this.configurations[this.configurations.length - 1]!.configuration;
  }

  /** Index of the entry from which the configuration in force comes. */
  get configurationIndex(): number {
    return this.configurations[this.configurations.length - 1]!.index;
  }

  /**
   * Whether this node may campaign. Also one that its latest configuration leaves out, as long as it does not know that
   * to be committed: its log may be the only one that those who stay can be led by (thesis, section 4.2.2).
   */
  get isPromotable(): boolean {
    // A log that is filled again after its disk was lost passes through configurations which this node had once
    // helped to leave: in one of them it could win alone.
    if (this.isLost || this.log.last < this.sinceEpoch) return false;
    for (let i = this.configurations.length - 1; i >= 0; i--) {
      const { index, configuration } = this.configurations[i]!;
      if (isVoter(configuration, this.id)) return true;
      if (index <= this.log.commit) return false;
    }
    return false;
  }

  get hardState(): HardState {
    const { term, vote, sinceEpoch } = this;
    return { term, vote, commit: this.log.commit, sinceEpoch };
  }

  /** Takes the step that the table of roles gives. */
  turn(event: RoleEvent): void {
    this.role = ROLE_TRANSITIONS[this.role][event];
  }

  /** Sends at once: nothing in it depends on the disk. */
  send(message: RaftMessage): void {
    this.outbox.push(message);
  }

  /** Sends when all that is known now is on disk (paper, section 5: "responds after it was persisted"). */
  sendWhenStored(message: RaftMessage): void {
    if (this.writes.hold(message)) return;
    this.outbox.push(message);
  }

  /** Forgets the old timeout and draws another one (paper, section 5.2). */
  resetElectionTimer(): void {
    const { electionTicks, chance } = this.options;
    this.electionElapsed = 0;
    this.electionTimeoutTicks = electionTicks + Math.floor(chance.next() * electionTicks);
  }

  setTerm(term: number, vote: number): void {
    this.term = term;
    this.vote = vote;
    this.writes.isHardStateDirty = true;
  }

  /** Puts an entry at the end of the log. A configuration is in force at once (paper, section 6). */
  append(entry: Entry): void {
    this.log.push(entry);
    this.writes.areEntriesDirty = true;
    if (entry.kind === ENTRY_KIND.configuration) {
      this.noteConfiguration(entry);
      this.syncProgress();
    }
  }

  /** Takes entries away that contradict the leader's, and the configurations in them. */
  truncateFrom(index: number): void {
    this.log.truncateFrom(index);
    this.writes.truncatedFrom(index);
    while (this.configurations.length > 1 && this.configurationIndex >= index) {
      this.configurations.pop();
    }
  }

  noteConfiguration(entry: Entry): void {
    if (entry.kind !== ENTRY_KIND.configuration || entry.index <= this.configurationIndex) return;
    const configuration = entry.payload as Configuration;
    this.configurations.push({ index: entry.index, configuration });
  }

  /** While leading: there is a progress for each member, and for nobody else. */
  syncProgress(): void {
    if (this.role !== 'leader') return;
    const { configuration } = this;
    for (const [id, { epoch }] of this.progress) {
      if (epochOf(configuration, id) !== epoch) this.progress.delete(id);
    }
    for (const id of membersOf(configuration)) {
      if (this.progress.has(id)) continue;
      const epoch = epochOf(configuration, id);
      const progress = freshProgress(id, epoch, this.log.last, this.options);
      // A new member has until the next check to say something.
      progress.isActive = true;
      this.progress.set(id, progress);
    }
  }
}
