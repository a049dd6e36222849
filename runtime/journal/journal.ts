import type { Transaction, TransactionResult } from './transaction.js';

/**
 * How safe a write is when it is said to be done: `memory` is lost with the process, `committed` survives
 * the process but perhaps not the machine, `flushed` is on disk.
 */
export type Durability = 'memory' | 'committed' | 'flushed';

/** A place in the order of all commits of one store. Opaque: compare by what the store returns only. */
export type Position = string;

/** Before the first record of a store. */
export const START: Position = '';

/** One record as it was stored. */
export interface StoredRecord {
  readonly stream: string;
  /** 1 for the first record of its stream, then without a gap. */
  readonly version: number;
  readonly position: Position;
  /** Plain data, as it was given: what `structuredClone` and the store's serializer carry. Don't change it. */
  readonly value: unknown;
}

/** What is known of a stream without its records. */
export interface StreamHead {
  /** Version of the last record, 0 for a stream without records. */
  readonly version: number;
  /** Version of the first record that is kept, 1 at first; `version + 1` when all were truncated. */
  readonly first: number;
  /** The writer epoch last used, 0 if none. */
  readonly epoch: number;
  /** A tombstone refuses every append, for ever. */
  readonly isTombstoned: boolean;
}

/** Which records of a stream to read; all limits are upper bounds of one page. */
export interface ReadRange {
  /**
   * First version of the page, inclusive; default the first kept, or the last when `backward`. Versions that
   * were truncated or are not yet there are passed over.
   */
  readonly from?: number;
  /** Default 1000. */
  readonly limit?: number;
  readonly backward?: boolean;
}

/** Which entries of a table to read, in order of their keys (by UTF-8 bytes). */
export interface ScanRange {
  /** Inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
  /** Default 1000. */
  readonly limit?: number;
  readonly backward?: boolean;
}

/** One entry of a table. */
export interface TableEntry {
  readonly key: string;
  readonly value: unknown;
}

/** How a transaction is written. */
export interface TransactOptions {
  /**
   * What the caller waits for; default the strongest the store has, which is also what a stronger wish gets: the
   * result says how safe it is.
   */
  readonly durability?: Durability;
}

/**
 * A durable log: streams of records with versions, tables of keys and values, and transactions over both.
 * A stream or table exists once something is written to it. Safe to call concurrently; transactions apply
 * one after the other, in the order of the calls of one caller. Implementations pass one conformance suite.
 */
export interface Journal {
  /** The strongest durability this store gives. */
  readonly durability: Durability;
  /**
   * All of it or nothing. An expectation that does not hold is a value, `{ ok: false, conflict }`.
   * @throws {TroupeError} ERR_JOURNAL_* when the store is closed, full, damaged or not usable
   */
  transact(transaction: Transaction, options?: TransactOptions): Promise<TransactionResult>;
  /** One page of a stream; an empty page is the end. @throws {TroupeError} ERR_JOURNAL_DAMAGED names the record */
  read(stream: string, range?: ReadRange): Promise<readonly StoredRecord[]>;
  /** One page over all streams in the order of commits, after a position. */
  readAll(after: Position, limit?: number): Promise<readonly StoredRecord[]>;
  head(stream: string): Promise<StreamHead>;
  /** A value of a table; undefined when there is none. */
  get(table: string, key: string): Promise<unknown>;
  scan(table: string, range?: ScanRange): Promise<readonly TableEntry[]>;
  /**
   * Calls after each commit of this store that appended records, on this thread; a hint to read, which may
   * be late and may be called once for several. @returns ends it
   */
  onCommit(listener: () => void): () => void;
  /** Resolves when all that was committed before is flushed, as far as the store can. */
  flush(): Promise<void>;
  /** Waits for what is under way. Calls after it are refused with ERR_JOURNAL_CLOSED. */
  close(): Promise<void>;
}
