import type {
  AnyRef,
  Append,
  Conflict,
  Durability,
  Put,
  Request,
  Requester,
} from '../../runtime/index.js';
import type { DirectoryData } from './directory.js';
import type { Verb } from './group-deliveries.js';
import type { RedriveFilter } from './group-setup.js';
import type { GroupInfo, MessageView, StreamInfo } from './info.js';
import type { WhenSlow } from './live-subscriptions.js';
import type { GroupOptions, StartAt } from './options.js';
import type { PublishAnswer, PublishBatch } from './publishing.js';
import type { Purged, PurgeFilter } from './purge.js';
import type { ScheduleOptions } from './schedules.js';
import type { DeadInfo, Headers } from './stored-message.js';

/** Who will hold deliveries. */
export interface HolderData {
  /** Unique in the broker. */
  readonly id: string;
  /** Watched: when it is gone, what it holds comes back at once. */
  readonly owner: AnyRef | null;
  /** Of the owner: what a former one held comes back when the next one shows up. */
  readonly incarnation: number;
  /** One 32-bit word: the ordinal of the delivery whose handler runs; null when that is not known. */
  readonly handling: SharedArrayBuffer | null;
  readonly maxHandlingMs: number;
}

/** What few messages have. */
export interface DeliveryExtras {
  readonly id: string | null;
  readonly headers: Headers | null;
  readonly key: string | null;
  readonly priority: number;
  readonly dead: DeadInfo | null;
}

/** Messages for one consumer, in columns. */
export interface DeliveryBatch {
  /** Of the group, with sequence and delivery the token of each. */
  readonly epoch: number;
  /** When they are of several groups. */
  readonly epochs: readonly number[] | null;
  readonly seqs: readonly number[];
  /** Which delivery of its message each is, from 1; null when each is the first. */
  readonly deliveries: readonly number[] | null;
  readonly failures: readonly number[] | null;
  /** Null for a pull: nobody tells which one is in hand. */
  readonly ordinals: readonly number[] | null;
  /** Of all, or of the first. */
  readonly subject: string;
  /** When they differ. */
  readonly subjects: readonly string[] | null;
  readonly payloads: readonly unknown[];
  /** Of all, or of the first. */
  readonly publishedAtMs: number;
  /** When they differ. */
  readonly publishedAt: readonly number[] | null;
  /** Null when none has any. */
  readonly extras: readonly (DeliveryExtras | null)[] | null;
}

/** Fetches of a client, in columns. */
export interface Wants {
  /** Of all, or of the first. */
  readonly stream: string;
  /** When they differ. */
  readonly streams: readonly string[] | null;
  readonly groups: readonly string[];
  readonly counts: readonly number[];
  readonly bytes: readonly number[];
  /** To make the group with; null when none has any. */
  readonly options: readonly (GroupOptions | null)[] | null;
}

/** What fetches were given: of `batch` the first so many, the next so many. 0 for one that has to wait. */
export interface Taken {
  readonly batch: DeliveryBatch;
  readonly counts: readonly number[];
}

/** Answers of consumers, in columns; the epoch says of which group. */
export interface SettleBatch {
  /** Of all, or of the first. */
  readonly epoch: number;
  /** When they differ. */
  readonly epochs: readonly number[] | null;
  readonly seqs: readonly number[];
  /** Null when each is the first delivery of its message. */
  readonly deliveries: readonly number[] | null;
  /** Null when all are `ack`. */
  readonly verbs: readonly Verb[] | null;
  /** Milliseconds of `fail` and `extend`, -1 for the group's own; null when all are. */
  readonly args: readonly number[] | null;
  readonly errors: readonly (string | undefined)[] | null;
}

/** What a consumer wants written together with its acknowledgement. */
export interface CompleteRequest {
  readonly type: 'complete';
  readonly stream: string;
  readonly group: string;
  readonly seq: number;
  readonly delivery: number;
  readonly epoch: number;
  readonly appends: readonly Append[];
  readonly puts: readonly Put[];
  readonly publish: PublishBatch | null;
}

/** What became of it: all was written, or nothing. */
export type CompleteAnswer =
  | {
      readonly ok: true;
      readonly durability: Durability;
      readonly versions: readonly number[];
      readonly seqs: readonly number[];
    }
  | { readonly ok: false; readonly why: 'stale' }
  | { readonly ok: false; readonly why: 'conflict'; readonly conflict: Conflict }
  | { readonly ok: false; readonly why: 'refused'; readonly answer: PublishAnswer };

/** Messages for one who listens, in columns. */
export interface LiveBatch {
  readonly subjects: readonly string[];
  readonly payloads: readonly unknown[];
  readonly headers: readonly (Headers | null)[] | null;
  readonly requesters: readonly (Requester | null)[] | null;
  /** Messages that gave way to these, because the subscriber was too slow. */
  readonly droppedCount: number;
  /** Nothing comes after these: the subscriber was too slow, and wanted to end then. */
  readonly isOver: boolean;
}

/** What a shard is asked about a group. */
export type GroupCommand =
  | { readonly do: 'open'; readonly options: GroupOptions }
  | { readonly do: 'info' | 'pause' | 'resume' | 'delete' }
  /** Paused; answered when nothing is in flight. */
  | { readonly do: 'drain' }
  | { readonly do: 'reset'; readonly to: StartAt };

/** The protocol of a shard. */
export type ShardMessage =
  | Request<{ type: 'publish'; batch: PublishBatch }, PublishAnswer>
  | Request<
      {
        type: 'fetch';
        stream: string;
        group: string;
        options: GroupOptions | null;
        count: number;
        bytes: number;
        expiresMs: number;
        holder: HolderData;
        /** Names it among those of its holder, above 0: see `lost`. */
        pull: number;
      },
      DeliveryBatch | null
    >
  | Request<{ type: 'take'; wants: Wants; holder: HolderData; pull: number }, Taken>
  | Request<
      {
        type: 'attach';
        stream: string;
        group: string;
        options: GroupOptions | null;
        limit: number;
        holder: HolderData;
        to: AnyRef;
      },
      'detached'
    >
  | { type: 'detach'; id: string }
  /** The answer to a `fetch` or `take` has not arrived, and never will. */
  | { type: 'lost'; id: string; pull: number }
  | Request<{ type: 'settle'; batch: SettleBatch }, readonly number[]>
  | Request<CompleteRequest, CompleteAnswer>
  | Request<
      {
        type: 'listen';
        id: string;
        pattern: string;
        queue: string | null;
        capacity: number;
        whenSlow: WhenSlow;
        retained: boolean;
        owner: AnyRef | null;
        incarnation: number;
      },
      void
    >
  | Request<{ type: 'hear'; id: string; count: number }, LiveBatch | null>
  | { type: 'unlisten'; id: string }
  | Request<
      { type: 'request'; subject: string; payload: unknown; headers: Headers | null },
      unknown
    >
  | Request<{ type: 'update'; directory: DirectoryData }, void>
  | Request<{ type: 'group'; stream: string; group: string; command: GroupCommand }, GroupInfo>
  | Request<{ type: 'stream-info'; stream: string }, StreamInfo>
  | Request<{ type: 'read'; stream: string; from: number; limit: number }, readonly MessageView[]>
  | Request<{ type: 'last'; stream: string; subject: string }, MessageView | null>
  | Request<{ type: 'purge'; stream: string; filter: PurgeFilter }, Purged>
  | Request<{ type: 'redrive'; stream: string; filter: RedriveFilter }, number>
  | Request<{ type: 'schedule'; name: string; schedule: ScheduleOptions; bytes: number }, void>
  | Request<{ type: 'unschedule'; name: string }, boolean>
  | { type: 'wake' }
  | { type: 'written' }
  | { type: 'not-written'; error: unknown }
  | { type: 'completed'; token: number; result: unknown }
  | { type: 'owner-gone'; owner: string };

/** What a consumer that is an actor is told. */
export type DeliverMessage = {
  readonly type: 'broker:deliver';
  readonly stream: string;
  readonly group: string;
  /** Whom it was given to: a later incarnation of the same actor gets it anew. */
  readonly holder: string;
  readonly batch: DeliveryBatch;
};
