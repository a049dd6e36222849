import { checkNames, type OptionNames } from '../../runtime/index.js';
import type { Entry } from './entry.js';
import type { RaftMessage } from './messages.js';
import type { RaftOptions } from './options.js';
import type { CommandOutcome, ReadOutcome } from './outcome.js';
import type { RaftReport } from './ready.js';
import type { StateMachine } from './state-machine.js';
import type { ReplicaWrite } from './storage.js';

/** How a replica is made. */
export interface ReplicaOptions<S, C, R, Q, A> {
  readonly raft: RaftOptions;
  readonly machine: StateMachine<S, C, R, Q, A>;
  /** Sessions that are remembered; one more makes the one that was unused for longest expire. Default 1024. */
  readonly maxSessions?: number;
  /** Entries after which a snapshot is taken. Default 8192. */
  readonly snapshotEvery?: number;
  /** Entries kept before a snapshot, for followers that lag a little. Default 512. */
  readonly trailing?: number;
  /** Reads of this node are numbered from here: never the same number twice in the life of a node. */
  readonly firstContext?: number;
}

type AnyReplica = ReplicaOptions<unknown, unknown, unknown, unknown, unknown>;

const NAMES: OptionNames<AnyReplica> = {
  raft: true,
  machine: true,
  maxSessions: true,
  snapshotEvery: true,
  trailing: true,
  firstContext: true,
};

/** @throws {TroupeError} ERR_OPTION for an unknown name */
export function checkReplicaNames<S, C, R, Q, A>(options: ReplicaOptions<S, C, R, Q, A>): void {
  checkNames('Replica', options as unknown as AnyReplica, NAMES);
}

/** A request that is decided. `request` is the number that it was made under. */
export type Decision<R, A> =
  | { readonly kind: 'command'; readonly request: number; readonly outcome: CommandOutcome<R> }
  | { readonly kind: 'read'; readonly request: number; readonly outcome: ReadOutcome<A> };

/** What a replica wants done. */
export interface ReplicaOutput<R, A> {
  /** Null when nothing is to be written. */
  readonly write: ReplicaWrite | null;
  /** Belongs to the replica again when `drain` is called next. */
  readonly messages: readonly RaftMessage[];
  readonly decisions: readonly Decision<R, A>[];
  readonly reports: readonly RaftReport[];
  /** What was applied just now. */
  readonly applied: readonly Entry[];
}
