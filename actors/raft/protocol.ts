import type { ActorRef, Request } from '../../runtime/index.js';
import type { JournalAddress } from '../journal/index.js';
import type { Configuration, MembershipChange } from './configuration.js';
import type { DirectoryMessage } from './directory.js';
import type { MembershipResult } from './membership.js';
import type { RaftPacket } from './mesh-transport.js';
import type { RaftMessage } from './messages.js';
import type { CommandOutcome, ReadOutcome } from './outcome.js';
import type { PackedOutcomes } from './packed-outcomes.js';
import type { Role } from './roles.js';
import type { TransferResult } from './transfer.js';

/** How a node stands. */
export interface RaftStatus {
  readonly id: number;
  readonly role: Role;
  readonly term: number;
  /** 0 if unknown. */
  readonly leader: number;
  readonly commit: number;
  readonly applied: number;
  readonly lastIndex: number;
  readonly configuration: Configuration;
  readonly isLost: boolean;
}

/** A node of a group, whatever its commands are. */
export type RaftPeer = ActorRef<{
  readonly type: 'packets';
  readonly packets: readonly RaftPacket[];
}>;

/**
 * What a node understands. Users go through a client; `change` and `transfer` are for operators.
 *
 * @typeParam C commands
 * @typeParam R replies
 * @typeParam Q queries
 * @typeParam A answers
 */
export type RaftNodeMessage<C, R, Q, A> =
  | { readonly type: 'packets'; readonly packets: readonly RaftPacket[] }
  /** From a transport that is not the mesh. */
  | { readonly type: 'messages'; readonly messages: readonly RaftMessage[] }
  | { readonly type: 'members'; readonly members: readonly (readonly [number, RaftPeer])[] }
  | { readonly type: 'tick' }
  | { readonly type: 'flush' }
  | { readonly type: 'stored'; readonly sequence: number; readonly incarnation: number }
  | { readonly type: 'not-stored'; readonly error: unknown; readonly incarnation: number }
  | { readonly type: 'rejoin'; readonly epoch: number }
  | Request<
      {
        readonly type: 'propose';
        readonly session: number;
        /** One for each command. */
        readonly sequences: Float64Array;
        readonly lowest: number;
        readonly commands: readonly C[];
        /** Size of each command. */
        readonly bytes: Float64Array;
      },
      /** When all are decided. */
      PackedOutcomes<R>
    >
  | Request<{ readonly type: 'open-session'; readonly nonce: number }, CommandOutcome<null>>
  | Request<{ readonly type: 'read'; readonly query: Q }, ReadOutcome<A>>
  | Request<{ readonly type: 'read-stale'; readonly query: Q }, ReadOutcome<A>>
  | Request<{ readonly type: 'change'; readonly change: MembershipChange }, MembershipResult>
  | Request<{ readonly type: 'transfer'; readonly to: number }, TransferResult>
  | Request<{ readonly type: 'status' }, RaftStatus>;

/** How the nodes of a group work. Durations in milliseconds. */
export interface RaftSettings {
  /** One tick. Default 10. */
  readonly tickMs?: number;
  /** Shortest election timeout in ticks. Default 15. */
  readonly electionTicks?: number;
  /** Ticks between heartbeats. Default 3. */
  readonly heartbeatTicks?: number;
  /** Allows reads by lease, see `RaftOptions`. */
  readonly leaseDrift?: number;
  /** Entries after which the state is saved and the log cut. Default 8192. */
  readonly snapshotEvery?: number;
  /** Entries kept before a snapshot. Default 512. */
  readonly trailing?: number;
  /** Client sessions that are remembered. Default 1024. */
  readonly maxSessions?: number;
  /** After this a node forgets who waits for a command, and says `unknown`. Default 30,000. */
  readonly requestTimeoutMs?: number;
  /** The group has worked before: a node that finds nothing in its journal has lost it, and says so. Default false. */
  readonly isFounded?: boolean;
}

/** What one node is started with. */
export interface RaftNodeArgs {
  readonly group: string;
  readonly id: number;
  readonly founders: readonly number[];
  readonly directory: ActorRef<DirectoryMessage>;
  readonly settings: RaftSettings;
  /** Where it keeps its log; undefined: in memory. */
  readonly journal: JournalAddress | undefined;
}
