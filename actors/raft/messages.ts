import type { Configuration } from './configuration.js';
import type { Entry, Proposal } from './entry.js';

/** What all messages between nodes have. `term` is the sender's, except where said otherwise. */
interface Head {
  readonly from: number;
  readonly to: number;
  readonly term: number;
}

/** RequestVote (paper, section 5.2). For a pre-vote `term` is the one that would be begun. */
export interface VoteRequest extends Head {
  readonly type: 'vote';
  readonly lastIndex: number;
  readonly lastTerm: number;
  readonly isPre: boolean;
  /** The leader wants it: granted although a leader is live (thesis, section 4.2.3). */
  readonly isTransfer: boolean;
}

/** Answer to a vote request. A granted pre-vote carries the term that was asked for. */
export interface VoteAnswer extends Head {
  readonly type: 'vote-answer';
  readonly isPre: boolean;
  readonly isGranted: boolean;
}

/** AppendEntries (paper, section 5.3). */
export interface AppendRequest extends Head {
  readonly type: 'append';
  /** Membership epoch of the receiver as the leader knows it; comes back in the answer. */
  readonly epoch: number;
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly entries: readonly Entry[];
  readonly commit: number;
}

/** Answer to an append: what the node holds on disk, or where to look for the point of agreement. */
export interface AppendAnswer extends Head {
  readonly type: 'append-answer';
  readonly epoch: number;
  /** The last entry that is known to agree; of a rejection, the `prevIndex` that did not. */
  readonly index: number;
  readonly isRejected: boolean;
  /** Where the logs may agree at best, and the term there. */
  readonly hintIndex: number;
  readonly hintTerm: number;
  /** The node has lost its disk and holds nothing. */
  readonly isLost: boolean;
}

/** Says that the leader is live; its answer confirms that it still is the leader (thesis, section 6.4). */
export interface Heartbeat extends Head {
  readonly type: 'heartbeat';
  readonly epoch: number;
  /** Never above what the receiver is known to hold. */
  readonly commit: number;
  /** Numbers the rounds of this leader: reads and the lease go by it. */
  readonly round: number;
}

/** Answer to a heartbeat, with its epoch and round. */
export interface HeartbeatAnswer extends Head {
  readonly type: 'heartbeat-answer';
  readonly epoch: number;
  readonly round: number;
}

/** A piece of a snapshot (paper, section 7). */
export interface SnapshotChunk extends Head {
  readonly type: 'snapshot';
  readonly epoch: number;
  readonly index: number;
  readonly indexTerm: number;
  readonly configuration: Configuration;
  readonly offset: number;
  readonly data: Uint8Array;
  readonly totalBytes: number;
  /** Of the whole: pieces of different snapshots are never put together. */
  readonly checksum: number;
}

/** How much of a snapshot has arrived. */
export interface SnapshotAnswer extends Head {
  readonly type: 'snapshot-answer';
  readonly epoch: number;
  readonly index: number;
  /** The next byte wanted. */
  readonly offset: number;
}

/** Begin an election at once: leadership is handed over (thesis, section 3.10). */
export interface TimeoutNow extends Head {
  readonly type: 'timeout-now';
}

/** A proposal on its way to the leader. Its term means nothing. */
export interface ForwardedProposal extends Head {
  readonly type: 'forward';
  /** Grows as long as it is not sent. */
  readonly proposals: Proposal[];
}

/** A follower wants to know from which index on its state may be read. Its term means nothing. */
export interface ReadRequest extends Head {
  readonly type: 'read';
  /** Chosen by the asking node; it never uses one twice. */
  readonly context: number;
}

/** The answer: reads see everything when this index has been applied. Its term means nothing. */
export interface ReadAnswer extends Head {
  readonly type: 'read-answer';
  readonly context: number;
  /** -1: not confirmed. */
  readonly index: number;
}

/** Every message that nodes exchange. */
export type RaftMessage =
  | VoteRequest
  | VoteAnswer
  | AppendRequest
  | AppendAnswer
  | Heartbeat
  | HeartbeatAnswer
  | SnapshotChunk
  | SnapshotAnswer
  | TimeoutNow
  | ForwardedProposal
  | ReadRequest
  | ReadAnswer;

/** Answers of the node's own storage and state machine. */
export type StorageAnswer =
  /** The writes of this ready, and all before it, are on disk. */
  | { readonly type: 'stored'; readonly sequence: number }
  /** The state machine has applied all up to this index. */
  | { readonly type: 'applied'; readonly index: number };

/** A read that was not confirmed. */
export const NOT_CONFIRMED = -1;
