import { checkMade } from '../../base/check-made.js';
import { checkCount, checkNames, type OptionNames, optionError } from '../../base/check-option.js';
import type { DurationMeter } from '../../base/duration-meter.js';
import { type ErrorCode, TroupeError } from '../../base/errors.js';
import { checkStream, checkTable, checkTransaction } from '../check-transaction.js';
import { Closable } from '../closable.js';
import { CommitListeners } from '../commit-listeners.js';
import { encodeTransaction } from '../encode-transaction.js';
import { NO_STREAM } from '../expectations.js';
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
import { loadPackage } from '../load-package.js';
import { msgpackSerializer } from '../msgpack-serializer.js';
import { sequenceOf } from '../position.js';
import { pageLimit, READ_RANGE, SCAN_RANGE, versionSpan } from '../read-range.js';
import type { Serializer } from '../serializer.js';
import { checkTransactOptions } from '../transact-options.js';
import type { Transaction, TransactionResult } from '../transaction.js';
import { bytesOf, GroupCommit } from './group-commit.js';
import { CommitNotifications, type ListenerClient } from './listener.js';
import { damaged, entryOf, headOf, recordOf } from './rows.js';
import { FORMAT, type Queries, type Row, type Statements, statementsOf } from './schema.js';

/** How a store in PostgreSQL is opened. */
export interface PostgresOptions {
  /** Such as `postgres://user:password@host:5432/database`. */
  readonly url: string;
  /** The schema that holds its tables, made when it is not there; `troupe_journal` when left out. */
  readonly schema?: string;
  /** Connections for reads, besides one for writes and one that listens for commits; 4 when left out. */
  readonly readConnectionCount?: number;
}

const NAMES: OptionNames<PostgresOptions> = {
  url: true,
  schema: true,
  readConnectionCount: true,
};

interface Pool extends Queries {
  connect(): Promise<Queries & { release(error?: Error): void }>;
  on(event: 'error', listener: () => void): unknown;
  end(): Promise<void>;
}

/**
 * A journal in PostgreSQL. Any number of processes may have it open and write; each commit takes the one lock of the
 * store, so that the order of positions is that of commits.
 */
export class PostgresJournal extends Closable implements Journal {
  readonly durability = 'flushed' as const;
  readonly #pool: Pool;
  readonly #statements: Statements;
  readonly #serializer: Serializer;
  readonly #commits: GroupCommit;
  readonly #listeners: CommitListeners;
  readonly #notifications: CommitNotifications;

  private constructor(
    pool: Pool,
    statements: Statements,
    serializer: Serializer,
    makeClient: () => ListenerClient,
    where: string,
    durations: DurationMeter | null,
  ) {
    checkMade(durations !== undefined, 'PostgresJournal', 'await PostgresJournal.open({ url })');
    super(where);
    this.#pool = pool;
    this.#statements = statements;
    this.#serializer = serializer;
    this.#listeners = new CommitListeners();
    this.#notifications = new CommitNotifications(makeClient, statements.listen, () =>
      this.#listeners.notify(),
    );
    this.#commits = new GroupCommit({
      statements,
      serializer,
      where,
      connected: (work) => onConnection(pool, work),
      asError: (cause) => databaseError(cause, where, 'ERR_JOURNAL_FAILED'),
      onCommit: () => this.#listeners.notify(),
      durations,
    });
  }

  /**
   * Opens a store, and makes its tables when they are not there.
   * @param durations counts what commits take
   * @throws {TroupeError} ERR_JOURNAL_PACKAGE, ERR_JOURNAL_OPEN, ERR_JOURNAL_VERSION, ERR_OPTION
   */
  static async open(
    options: PostgresOptions,
    durations: DurationMeter | null = null,
  ): Promise<PostgresJournal> {
    checkNames('PostgresJournal.open', options, NAMES);
    const { url, schema = 'troupe_journal', readConnectionCount = 4 } = options;
    if (typeof url !== 'string') throw optionError('url', url, 'the address of a database');
    checkCount('readConnectionCount', readConnectionCount, 1, 1000);
    const statements = statementsOf(schema);
    const { default: pg } = await loadPackage<typeof import('pg')>('pg', 'pg', 'troupe/postgres');
    const serializer = await msgpackSerializer('troupe/postgres', 'pg msgpackr');
    const where = `schema ${schema}`;
    const max = readConnectionCount + 1;
    const pool = new pg.Pool({ connectionString: url, max }) as unknown as Pool;
    // An idle connection that breaks is replaced at its next use; whoever uses it then is told.
    pool.on('error', () => {});
    try {
      await onConnection(pool, async (queries) => {
        await queries.query(`BEGIN; ${statements.create}; COMMIT`);
        const { rows } = await queries.query(statements.format);
        checkFormat(Number(rows[0]!['format']), where);
      });
    } catch (cause) {
      await pool.end();
      throw databaseError(cause, where, 'ERR_JOURNAL_OPEN');
    }
    const makeClient = (): ListenerClient => new pg.Client({ connectionString: url });
    return new PostgresJournal(pool, statements, serializer, makeClient, where, durations);
  }

  async transact(
    transaction: Transaction,
    options: TransactOptions = {},
  ): Promise<TransactionResult> {
    this.assertOpen();
    checkTransaction(transaction);
    checkTransactOptions(options);
    const encoded = encodeTransaction(transaction, this.#serializer);
    return this.#commits.add(encoded, options.durability ?? 'flushed');
  }

  async read(stream: string, range: ReadRange = {}): Promise<readonly StoredRecord[]> {
    checkStream(stream);
    checkNames('read', range, READ_RANGE);
    const limit = pageLimit('read', range.limit);
    const everything = { ...NO_STREAM, version: Number.MAX_SAFE_INTEGER };
    const { low, high } = versionSpan(everything, range);
    const isBackward = range.backward === true;
    const { readForward, readBackward } = this.#statements;
    const rows = await this.#query(isBackward ? readBackward : readForward, [
      bytesOf(stream),
      isBackward ? high : low,
      limit,
    ]);
    const records = rows.map((row) => this.#record(row));
    for (let i = 1; i < records.length; i++) {
      const missing = records[i - 1]!.version + (isBackward ? -1 : 1);
      if (records[i]!.version === missing) continue;
      throw damaged(this.where, `record ${missing} of stream '${stream}', which is missing,`);
    }
    return records;
  }

  async readAll(after: Position, limit?: number): Promise<readonly StoredRecord[]> {
    const values = [sequenceOf(after), pageLimit('readAll', limit)];
    const rows = await this.#query(this.#statements.readAll, values);
    return rows.map((row) => this.#record(row));
  }

  async head(stream: string): Promise<StreamHead> {
    checkStream(stream);
    const [row] = await this.#query(this.#statements.heads, [[bytesOf(stream)]]);
    return row === undefined ? NO_STREAM : headOf(row);
  }

  async get(table: string, key: string): Promise<unknown> {
    checkTable(table);
    const named = [[bytesOf(table)], [bytesOf(key)]];
    const [row] = await this.#query(this.#statements.values, named);
    return row === undefined ? undefined : entryOf(table, row, this.#serializer, this.where).value;
  }

  async scan(table: string, range: ScanRange = {}): Promise<readonly TableEntry[]> {
    checkTable(table);
    checkNames('scan', range, SCAN_RANGE);
    const { scanForward, scanBackward } = this.#statements;
    const rows = await this.#query(range.backward === true ? scanBackward : scanForward, [
      bytesOf(table),
      range.from === undefined ? null : bytesOf(range.from),
      range.to === undefined ? null : bytesOf(range.to),
      pageLimit('scan', range.limit),
    ]);
    return rows.map((row) => entryOf(table, row, this.#serializer, this.where));
  }

  onCommit(listener: () => void): () => void {
    this.assertOpen();
    this.#notifications.start();
    return this.#listeners.add(listener);
  }

  async flush(): Promise<void> {
    this.assertOpen();
    await this.#commits.whenIdle();
  }

  protected override async release(): Promise<void> {
    await this.#commits.whenIdle();
    this.#listeners.clear();
    await this.#notifications.close();
    await this.#pool.end();
  }

  #record(row: Row): StoredRecord {
    return recordOf(row, this.#serializer, this.where);
  }

  async #query(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    this.assertOpen();
    try {
      return (await this.#pool.query(text, values)).rows;
    } catch (cause) {
      throw databaseError(cause, this.where, 'ERR_JOURNAL_FAILED');
    }
  }
}

async function onConnection<T>(pool: Pool, work: (queries: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    client.release(error as Error);
    throw error;
  }
}

function checkFormat(format: number, where: string): void {
  if (format <= FORMAT) return;
  throw new TroupeError('ERR_JOURNAL_VERSION', {
    what: `the store has format ${format}, the newest known here is ${FORMAT}`,
    where,
    mend: 'use the version of the package that wrote it, or a newer one',
  });
}

/** Codes of PostgreSQL (its appendix A) with a code of their own here. */
const KNOWN: Readonly<Record<string, ErrorCode>> = {
  '53100': 'ERR_JOURNAL_FULL',
  XX001: 'ERR_JOURNAL_DAMAGED',
  XX002: 'ERR_JOURNAL_DAMAGED',
};

function databaseError(cause: unknown, where: string, otherwise: ErrorCode): TroupeError {
  if (cause instanceof TroupeError) return cause;
  const { code, message } = cause as { readonly code?: string; readonly message?: string };
  return new TroupeError(KNOWN[code ?? ''] ?? otherwise, {
    what: `the database failed: ${message === '' || message === undefined ? code : message}`,
    where,
    mend: 'see the cause',
    cause,
  });
}
