import type { ActorRef, AnyRef, Request } from 'troupe';
import type { FileTotals } from './file-totals.js';
import type { TallyColumns } from './tally.js';
import type { WorkUnit } from './work-units.js';

/**
 * Who says what to whom:
 *
 *     Coordinator --read--> Reader --tokenize--> Tokenizer --add--> ShardCounter
 *          |  ^                                     |                    ^
 *          |  '------------- receipt ---------------'                    | report
 *          '----------------collect----------------> Aggregator ---------'
 */

/** Where the words of a unit go. */
export interface Delivery {
  /** All shards, in the order of their numbers. */
  readonly shards: readonly ActorRef<ShardMessage>[];
  /** Numbers of those that still lack the unit. */
  readonly wanted: readonly number[];
  /** Makes the tokenizer fail between delivering and confirming: all that it did is done again. */
  readonly isPoisoned: boolean;
}

/** The answer to a unit: its files are counted and its words lie with the shards. */
export interface Receipt {
  readonly totals: FileTotals;
}

/** Reads the files of a unit and has a tokenizer count them. */
export type ReaderMessage = Request<
  {
    readonly type: 'read';
    readonly unit: WorkUnit;
    readonly tokenizer: ActorRef<TokenizerMessage>;
    readonly delivery: Delivery;
  },
  Receipt
>;

/** One file within the text of a unit. */
export interface Part {
  readonly type: string;
  readonly bytes: number;
}

/** Counts the identifiers and words of a unit and delivers them to the shards. */
export type TokenizerMessage = Request<
  {
    readonly type: 'tokenize';
    readonly unitId: number;
    /** The files, one after the other. */
    readonly text: Uint8Array;
    readonly parts: readonly Part[];
    readonly unreadable: number;
    readonly binary: number;
    readonly delivery: Delivery;
  },
  Receipt
>;

/** Keeps the counts of its share of the keys. */
export type ShardMessage =
  | { readonly type: 'add'; readonly unitId: number; readonly counted: TallyColumns }
  | Request<{ readonly type: 'report'; readonly unitCount: number }, ShardReport>;

/** What a shard has: everything, or a list of what it lacks. */
export interface ShardReport {
  /** Units not counted here; the table is empty unless there are none. */
  readonly missing: readonly number[];
  readonly table: TallyColumns;
}

/** Joins the tables of the shards. */
export type AggregatorMessage = Request<
  {
    readonly type: 'collect';
    readonly shards: readonly ActorRef<ShardMessage>[];
    readonly unitCount: number;
  },
  Collected
>;

/** All tables joined, or what each shard lacks. */
export interface Collected {
  /** By shard, the units not counted there; the table is empty unless all are empty. */
  readonly missing: readonly (readonly number[])[];
  readonly table: TallyColumns;
}

/** The actors of the tree. */
export interface Cluster {
  readonly tree: AnyRef;
  readonly reader: ActorRef<ReaderMessage>;
  readonly tokenizers: readonly ActorRef<TokenizerMessage>[];
  readonly shards: readonly ActorRef<ShardMessage>[];
  readonly aggregator: ActorRef<AggregatorMessage>;
}

/** Sees to it that every unit is counted, until it is told to give up. */
export type CoordinatorMessage =
  | Request<
      {
        readonly type: 'run';
        readonly cluster: Cluster;
        readonly units: readonly WorkUnit[];
        /** The unit whose first attempt is poisoned; -1 for none. */
        readonly poisonedUnit: number;
      },
      RunResult
    >
  | { readonly type: 'giveUp'; readonly why: string };

/** What a run comes to. */
export interface RunResult {
  readonly totals: FileTotals;
  readonly table: TallyColumns;
  /** Attempts beyond the first of each unit. */
  readonly repeated: number;
}

/** How far the run is: published by the coordinator as `progress`. */
export interface Progress {
  readonly unitsDone: number;
  readonly unitCount: number;
  readonly bytesDone: number;
  readonly bytes: number;
  readonly repeated: number;
}
