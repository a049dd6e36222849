import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { DurationMeter } from '../../base/duration-meter.js';
import { checkTransaction } from '../check-transaction.js';
import { CommitListeners } from '../commit-listeners.js';
import type {
  Journal,
  Position,
  ReadRange,
  ScanRange,
  StoredRecord,
  StreamHead,
  TableEntry,
  TransactOptions,
} from '../journal.js';
import { closedError } from '../memory-journal.js';
import { msgpackSerializer } from '../msgpack-serializer.js';
import type { Serializer } from '../serializer.js';
import type { Transaction, TransactionResult } from '../transaction.js';
import { type Database, openDatabase } from './database.js';
import { storeError } from './errors.js';
import { GroupCommit } from './group-commit.js';
import { checkHeader, writeHeader } from './header.js';
import { Ownership } from './owner.js';
import { LmdbReader } from './reader.js';
import { encodeTransaction, LmdbWriter } from './writer.js';

/** Flags of LMDB's transactions at opening and closing: abortable, and flushed when the call returns. */
const FLUSHED = 0x1 | 0x2;

/** How a store on LMDB is opened. */
export interface LmdbOptions {
  /** A folder of its own; made when it is not there. */
  readonly path: string;
  /**
   * Who writes. Of one process a writer of the same name takes over from its former self, which then is refused with
   * ERR_JOURNAL_LOCKED; any other is refused while the first has the store open. Unique when left out.
   */
  readonly owner?: string;
}

/** A journal on LMDB in a folder: survives the process, and what is `flushed` the machine. */
export class LmdbJournal implements Journal {
  readonly durability = 'flushed' as const;
  readonly #path: string;
  readonly #database: Database;
  readonly #serializer: Serializer;
  readonly #reader: LmdbReader;
  readonly #ownership: Ownership;
  readonly #commits: GroupCommit;
  readonly #listeners: CommitListeners;
  #closing: Promise<void> | undefined;

  private constructor(
    path: string,
    database: Database,
    serializer: Serializer,
    ownership: Ownership,
    durations: DurationMeter | null,
  ) {
    this.#path = path;
    this.#database = database;
    this.#serializer = serializer;
    this.#reader = new LmdbReader(database, serializer, path);
    this.#ownership = ownership;
    this.#listeners = new CommitListeners();
    this.#commits = new GroupCommit({
      database,
      writer: new LmdbWriter(database, this.#reader),
      ownership,
      path,
      onCommit: () => this.#listeners.notify(),
      durations,
    });
    this.#closing = undefined;
  }

  /**
   * Opens a store for reading and writing.
   * @param durations counts what commits take
   * @throws {TroupeError} ERR_JOURNAL_PACKAGE, ERR_JOURNAL_OPEN, ERR_JOURNAL_LOCKED, ERR_JOURNAL_VERSION,
   *   ERR_JOURNAL_DAMAGED, ERR_JOURNAL_FULL
   */
  static async open(
    options: LmdbOptions,
    durations: DurationMeter | null = null,
  ): Promise<LmdbJournal> {
    const path = resolve(options.path);
    const serializer = await msgpackSerializer('troupe/lmdb');
    const database = await openDatabase(path, true);
    const ownership = new Ownership(database, path, serializer, options.owner ?? randomUUID());
    try {
      database.transactionSync(() => {
        if (!checkHeader(database, path)) writeHeader(database);
        ownership.claim();
      }, FLUSHED);
      return new LmdbJournal(path, database, serializer, ownership, durations);
    } catch (cause) {
      await database.close();
      throw storeError(cause, path, 'ERR_JOURNAL_OPEN');
    }
  }

  /** As every journal's; each commit is flushed, whatever the caller would wait for. */
  transact(transaction: Transaction, _options?: TransactOptions): Promise<TransactionResult> {
    // No async function, which would be a second promise for each call.
    try {
      this.#assertOpen();
      checkTransaction(transaction);
      const encoded = encodeTransaction(transaction, this.#serializer);
      return this.#commits.add(encoded);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async read(stream: string, range?: ReadRange): Promise<readonly StoredRecord[]> {
    return this.#open().fresh((reader) => reader.read(stream, range));
  }

  async readAll(after: Position, limit?: number): Promise<readonly StoredRecord[]> {
    return this.#open().fresh((reader) => reader.readAll(after, limit));
  }

  async head(stream: string): Promise<StreamHead> {
    return this.#open().fresh((reader) => reader.head(stream));
  }

  async get(table: string, key: string): Promise<unknown> {
    return this.#open().fresh((reader) => reader.get(table, key));
  }

  async scan(table: string, range?: ScanRange): Promise<readonly TableEntry[]> {
    return this.#open().fresh((reader) => reader.scan(table, range));
  }

  onCommit(listener: () => void): () => void {
    this.#assertOpen();
    return this.#listeners.add(listener);
  }

  async flush(): Promise<void> {
    this.#assertOpen();
    await this.#commits.flush();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#listeners.clear();
    // Of a failure the callers have been told.
    await this.#commits.flush().catch(() => undefined);
    try {
      this.#database.transactionSync(() => this.#ownership.release(), FLUSHED);
    } catch {
      // A right to write that cannot be given back ends with the process.
    }
    await this.#database.close();
  }

  #open(): LmdbReader {
    this.#assertOpen();
    return this.#reader;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closedError(this.#path);
  }
}
