import type {
  ActorRef,
  Durability,
  Position,
  ReadRange,
  Request,
  ScanRange,
  StoredRecord,
  StoreOptions,
  StreamHead,
  TableEntry,
  Transaction,
  TransactionResult,
  TransactOptions,
} from '../../runtime/index.js';

/** What the writer of a store is asked. Reads are asked of it only where the asker's thread cannot read itself. */
export type JournalMessage =
  | Request<
      {
        readonly type: 'transact';
        readonly transaction: Transaction;
        readonly options: TransactOptions;
      },
      TransactionResult
    >
  | Request<
      { readonly type: 'read'; readonly stream: string; readonly range: ReadRange },
      readonly StoredRecord[]
    >
  | Request<
      { readonly type: 'read-all'; readonly after: Position; readonly limit: number | undefined },
      readonly StoredRecord[]
    >
  | Request<{ readonly type: 'head'; readonly stream: string }, StreamHead>
  | Request<{ readonly type: 'get'; readonly table: string; readonly key: string }, unknown>
  | Request<
      { readonly type: 'scan'; readonly table: string; readonly range: ScanRange },
      readonly TableEntry[]
    >
  | Request<{ readonly type: 'flush' }, undefined>;

/** What the writer of a store is started with. */
export interface JournalArgs {
  readonly store: StoreOptions;
  /** Name of the channel on which it says that something was committed. */
  readonly channel: string;
  /** Most transactions that wait for their answer; more are refused with ERR_JOURNAL_BUSY. */
  readonly pendingCount: number;
}

/** Where a journal is, as plain data: it can be sent in messages and in the arguments of actors. */
export interface JournalAddress {
  readonly ref: ActorRef<JournalMessage>;
  readonly store: StoreOptions;
  readonly channel: string;
  readonly durability: Durability;
}
