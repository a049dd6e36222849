import { checkNames, type OptionNames } from '../../runtime/index.js';
import type { Configuration } from './configuration.js';
import type { Entry } from './entry.js';
import type { Snapshot } from './snapshot.js';

/** A source of chance: a number in `[0, 1)`. */
export interface Chance {
  next(): number;
}

/** What must be on disk before any promise made by it is sent (paper, figure 2: persistent state). */
export interface HardState {
  readonly term: number;
  /** Whom this node voted for in `term`, 0 for nobody. */
  readonly vote: number;
  /** May lag behind; saves applying late after a restart. */
  readonly commit: number;
  /** The node holds nothing from before this membership epoch: it answers to no leader who counts on more. */
  readonly sinceEpoch: number;
}

/** What a node starts from. All parts may be chosen freely, so that a test can build any state. */
export interface InitialState {
  readonly hardState?: HardState;
  readonly snapshot?: Snapshot;
  /** The entries after the snapshot, or from 1 on. */
  readonly entries?: readonly Entry[];
  /** Of a founder: the first configuration. A node that is to be added has none. */
  readonly configuration?: Configuration;
  /** Ticks since a leader was heard of. Default 0: votes are refused for the first election timeout. */
  readonly contactElapsedTicks?: number;
  /** Up to where the state machine has applied; default the snapshot's index. */
  readonly applied?: number;
  /**
   * The node was a member and has lost its disk. It grants no vote and acknowledges nothing until
   * it was removed, added again, and a leader speaks to it under the new epoch (`rejoin`).
   */
  readonly isLost?: boolean;
}

/** How a node behaves. Ticks are counted by whoever calls `tick()`. */
export interface RaftOptions {
  /** From 1 up, unique in the group for ever, or else added under a new epoch. */
  readonly id: number;
  readonly chance: Chance;
  readonly initial?: InitialState;
  /** Shortest election timeout, in ticks; the longest is one less than twice that. Default 10. */
  readonly electionTicks?: number;
  /** Ticks between heartbeats. Default 1. */
  readonly heartbeatTicks?: number;
  /** Ask for pre-votes before a new term is begun (thesis, section 9.6). Default true. */
  readonly preVote?: boolean;
  /** A leader that hears from no quorum steps down, and votes are refused while one is live. Default true. */
  readonly checkQuorum?: boolean;
  /**
   * Reads by lease: allowed while no other leader can exist if, over one election timeout, no clock of the group
   * runs faster than another by more than this share, from 0 up to but not 1. Left out: no lease reads. Needs
   * `checkQuorum`, and ticks that follow the clock also after a pause.
   */
  readonly leaseDrift?: number;
  /** Most bytes of entries in one append. Default 64 KiB. */
  readonly maxAppendBytes?: number;
  /** Window of appends under way to one follower. Default 256 appends and 1 MiB. */
  readonly maxInflightCount?: number;
  readonly maxInflightBytes?: number;
  /** A leader refuses proposals above this many bytes that are not committed. Default 16 MiB. */
  readonly maxUncommittedBytes?: number;
  /** Most reads that wait for their confirmation. Default 4096. */
  readonly maxPendingReads?: number;
  /** Bytes of a snapshot in one message. Default 32 KiB. */
  readonly chunkBytes?: number;
}

/** Options with their defaults. */
export type ResolvedRaftOptions = Required<Omit<RaftOptions, 'initial' | 'leaseDrift'>> & {
  /** Ticks that a lease lasts, 0 for no lease reads. */
  readonly leaseTicks: number;
};

const NAMES: OptionNames<RaftOptions> = {
  id: true,
  chance: true,
  initial: true,
  electionTicks: true,
  heartbeatTicks: true,
  preVote: true,
  checkQuorum: true,
  leaseDrift: true,
  maxAppendBytes: true,
  maxInflightCount: true,
  maxInflightBytes: true,
  maxUncommittedBytes: true,
  maxPendingReads: true,
  chunkBytes: true,
};

/** Fills in the defaults. @throws {RangeError} for what makes no sense, {TroupeError} ERR_OPTION for an unknown name */
export function resolveRaftOptions(options: RaftOptions): ResolvedRaftOptions {
  checkNames('Raft', options, NAMES);
  const electionTicks = options.electionTicks ?? 10;
  const heartbeatTicks = options.heartbeatTicks ?? 1;
  const { leaseDrift } = options;
  if (!(Number.isSafeInteger(options.id) && options.id > 0)) {
    throw new RangeError(`id is ${options.id}: an integer from 1 up is wanted`);
  }
  if (!(heartbeatTicks >= 1 && electionTicks > heartbeatTicks)) {
    throw new RangeError(
      `electionTicks is ${electionTicks}: more than heartbeatTicks (${heartbeatTicks}) is wanted`,
    );
  }
  if (leaseDrift !== undefined && !(leaseDrift >= 0 && leaseDrift < 1)) {
    throw new RangeError(`leaseDrift is ${leaseDrift}: a share from 0 up to but not 1 is wanted`);
  }
  const checkQuorum = options.checkQuorum ?? true;
  return {
    id: options.id,
    chance: options.chance,
    electionTicks,
    heartbeatTicks,
    preVote: options.preVote ?? true,
    checkQuorum,
    // One tick less: a follower may count its first one right after it heard the leader.
    leaseTicks:
      leaseDrift === undefined || !checkQuorum
        ? 0
        : Math.floor((electionTicks - 1) * (1 - leaseDrift)),
    maxAppendBytes: options.maxAppendBytes ?? 64 * 1024,
    maxInflightCount: options.maxInflightCount ?? 256,
    maxInflightBytes: options.maxInflightBytes ?? 1024 * 1024,
    maxUncommittedBytes: options.maxUncommittedBytes ?? 16 * 1024 * 1024,
    maxPendingReads: options.maxPendingReads ?? 4096,
    chunkBytes: options.chunkBytes ?? 32 * 1024,
  };
}
