import { randomUUID } from 'node:crypto';
import { checkMade } from '../../base/check-made.js';
import { checkNames } from '../../base/check-option.js';
import type { DurationMeter } from '../../base/duration-meter.js';
import { checkTransaction } from '../check-transaction.js';
import { CommitListeners } from '../commit-listeners.js';
import { encodeTransaction } from '../encode-transaction.js';
import type { Journal, TransactOptions } from '../journal.js';
import { msgpackSerializer } from '../msgpack-serializer.js';
import type { Serializer } from '../serializer.js';
import { checkTransactOptions } from '../transact-options.js';
import type { Transaction, TransactionResult } from '../transaction.js';
import { type Database, openDatabase } from './database.js';
import { CONTENT, RECORD_CONTENT } from './descriptor.js';
import { storeError } from './errors.js';
import { folderOf } from './folder.js';
import { GroupCommit } from './group-commit.js';
import { checkHeader, writeHeader } from './header.js';
import { Ownership } from './owner.js';
import { LmdbReader } from './reader.js';
import { ReaderBase } from './reader-base.js';
import { LmdbWriter } from './writer.js';

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
export class LmdbJournal extends ReaderBase implements Journal {
  readonly durability = 'flushed' as const;
  readonly #serializer: Serializer;
  readonly #ownership: Ownership;
  readonly #commits: GroupCommit;
  readonly #listeners: CommitListeners;

  private constructor(
    path: string,
    database: Database,
    serializer: Serializer,
    ownership: Ownership,
    durations: DurationMeter | null,
  ) {
    checkMade(durations !== undefined, 'LmdbJournal', 'await LmdbJournal.open({ path })');
    super(path, database, new LmdbReader(database, serializer, path));
    this.#serializer = serializer;
    this.#ownership = ownership;
    this.#listeners = new CommitListeners();
    this.#commits = new GroupCommit({
      database,
      writer: new LmdbWriter(database, this.reader),
      ownership,
      path,
      onCommit: () => this.#listeners.notify(),
      durations,
    });
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
    checkNames('LmdbJournal.open', options, { path: true, owner: true });
    const path = folderOf('LmdbJournal.open', options.path);
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
  transact(transaction: Transaction, options?: TransactOptions): Promise<TransactionResult> {
    // No async function, which would be a second promise for each call.
    try {
      this.assertOpen();
      checkTransaction(transaction);
      checkTransactOptions(options);
      const encoded = encodeTransaction(transaction, this.#serializer, RECORD_CONTENT, CONTENT);
      return this.#commits.add(encoded);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  onCommit(listener: () => void): () => void {
    this.assertOpen();
    return this.#listeners.add(listener);
  }

  async flush(): Promise<void> {
    this.assertOpen();
    await this.#commits.flush();
  }

  protected override async release(): Promise<void> {
    this.#listeners.clear();
    // Of a failure the callers have been told.
    await this.#commits.flush().catch(() => undefined);
    try {
      this.database.transactionSync(() => this.#ownership.release(), FLUSHED);
    } catch {
      // A right to write that cannot be given back ends with the process.
    }
    await this.database.close();
  }
}
