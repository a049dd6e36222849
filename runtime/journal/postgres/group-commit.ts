import type { DurationMeter } from '../../base/duration-meter.js';
import type { TroupeError } from '../../base/errors.js';
import { busyError, MAX_WAITING_COUNT } from '../busy-error.js';
import type { EncodedTransaction } from '../encode-transaction.js';
import type { Durability, StreamHead } from '../journal.js';
import type { Serializer } from '../serializer.js';
import type { TransactionResult } from '../transaction.js';
import { GroupPlan } from './plan.js';
import { entryOf, headOf, recordChecksum, textOf, valueChecksum } from './rows.js';
import type { Queries, Statements } from './schema.js';

interface Waiter {
  readonly encoded: EncodedTransaction;
  readonly durability: Durability;
  readonly resolve: (result: TransactionResult) => void;
  readonly reject: (error: Error) => void;
}

/** What a group commit works on. */
export interface GroupCommitPort {
  readonly statements: Statements;
  readonly serializer: Serializer;
  readonly where: string;
  /** Runs work on a connection that nobody else uses meanwhile. */
  readonly connected: <T>(work: (queries: Queries) => Promise<T>) => Promise<T>;
  readonly asError: (cause: unknown) => TroupeError;
  /** Called after each commit that appended records. */
  readonly onCommit: () => void;
  /** What commits take; null: nobody wants to know. */
  readonly durations: DurationMeter | null;
}

/** Puts the transactions that arrive while one of the database is under way into the next one, all together. */
export class GroupCommit {
  readonly #port: GroupCommitPort;
  #waiting: Waiter[];
  #running: Promise<void> | undefined;

  constructor(port: GroupCommitPort) {
    this.#port = port;
    this.#waiting = [];
    this.#running = undefined;
  }

  /** @throws {TroupeError} ERR_JOURNAL_FULL, ERR_JOURNAL_FAILED, ERR_JOURNAL_DAMAGED, ERR_JOURNAL_BUSY */
  add(encoded: EncodedTransaction, durability: Durability): Promise<TransactionResult> {
    if (this.#waiting.length >= MAX_WAITING_COUNT) {
      return Promise.reject(busyError(this.#port.where));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ encoded, durability, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when all that was added before has its answer. */
  async whenIdle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // The others of this turn come along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      if ((await this.#tryCommit(group)) === undefined) continue;
      // One of them failed and took the others with it: each by itself shows whose fault it is.
      for (const waiter of group) {
        const error = await this.#tryCommit([waiter]);
        if (error !== undefined) waiter.reject(error);
      }
    }
    this.#running = undefined;
  }

  async #tryCommit(group: readonly Waiter[]): Promise<TroupeError | undefined> {
    const { connected, asError, onCommit, durations } = this.#port;
    const startMs = durations?.now() ?? 0;
    const isFlushed = group.some(({ durability }) => durability === 'flushed');
    let results: readonly TransactionResult[];
    let hasAppended = false;
    try {
      results = await connected((queries) =>
        inTransaction(queries, isFlushed, durations, async () => {
          const plan = await this.#plan(queries, group);
          const applied = group.map(({ encoded }) => plan.apply(encoded));
          hasAppended = plan.records.length > 0;
          await this.#write(queries, plan);
          return applied;
        }),
      );
    } catch (cause) {
      return asError(cause);
    }
    durations?.record('journalCommit', durations.now() - startMs);
    for (let i = 0; i < group.length; i++) {
      const result = results[i]!;
      group[i]!.resolve(result.ok && isFlushed ? { ...result, durability: 'flushed' } : result);
    }
    if (hasAppended) onCommit();
    return undefined;
  }

  /** Takes the lock, and reads what the expectations are about. */
  async #plan(queries: Queries, group: readonly Waiter[]): Promise<GroupPlan> {
    const { statements, serializer, where } = this.#port;
    const locked = await queries.query(statements.lock);
    const streams = new Set<string>();
    const puts = new Map<string, { readonly table: string; readonly key: string }>();
    for (const { encoded } of group) {
      const { transaction } = encoded;
      for (const { stream } of transaction.appends ?? []) streams.add(stream);
      for (const { stream } of transaction.truncates ?? []) streams.add(stream);
      for (const { table, key, expected = 'any' } of transaction.puts ?? []) {
        if (expected !== 'any') puts.set(`${table}\0${key}`, { table, key });
      }
    }
    const heads = new Map<string, StreamHead>();
    if (streams.size > 0) {
      const { rows } = await queries.query(statements.heads, [[...streams].map(bytesOf)]);
      for (const row of rows) heads.set(textOf(row['name']), headOf(row));
    }
    const values = new Map<string, unknown>();
    if (puts.size > 0) {
      const named = [...puts.values()];
      const { rows } = await queries.query(statements.values, [
        named.map(({ table }) => bytesOf(table)),
        named.map(({ key }) => bytesOf(key)),
      ]);
      for (const row of rows) {
        const table = textOf(row['name']);
        const { key, value } = entryOf(table, row, serializer, where);
        values.set(`${table}\0${key}`, value);
      }
    }
    return new GroupPlan(Number(locked.rows[0]!['position']), heads, values);
  }

  async #write(queries: Queries, plan: GroupPlan): Promise<void> {
    const { statements } = this.#port;
    const { records, truncated } = plan;
    if (plan.heads.size > 0) {
      const heads = [...plan.heads.values()];
      await queries.query(statements.putHeads, [
        [...plan.heads.keys()].map(bytesOf),
        heads.map(({ version }) => version),
        heads.map(({ first }) => first),
        heads.map(({ epoch }) => epoch),
        heads.map(({ isTombstoned }) => isTombstoned),
      ]);
    }
    if (records.length > 0) {
      await queries.query(statements.putRecords, [
        records.map(({ stream }) => bytesOf(stream)),
        records.map(({ version }) => version),
        records.map(({ position }) => position),
        records.map(({ stream, version, value }) => recordChecksum(stream, version, value)),
        records.map(({ value }) => Buffer.from(value)),
      ]);
      await queries.query(statements.position, [plan.sequence]);
      await queries.query(statements.notify);
    }
    await this.#writeValues(queries, plan);
    if (truncated.size > 0) {
      const cuts = [[...truncated.keys()].map(bytesOf), [...truncated.values()]];
      await queries.query(statements.truncate, cuts);
    }
  }

  async #writeValues(queries: Queries, plan: GroupPlan): Promise<void> {
    const { statements } = this.#port;
    const all = [...plan.values.values()];
    const removed = all.filter(({ bytes }) => bytes === undefined);
    if (removed.length > 0) {
      await queries.query(statements.removeValues, [
        removed.map(({ table }) => bytesOf(table)),
        removed.map(({ key }) => bytesOf(key)),
      ]);
    }
    const put = all.filter(({ bytes }) => bytes !== undefined);
    if (put.length > 0) {
      await queries.query(statements.putValues, [
        put.map(({ table }) => bytesOf(table)),
        put.map(({ key }) => bytesOf(key)),
        put.map(({ table, key, bytes }) => valueChecksum(table, key, bytes!)),
        put.map(({ bytes }) => Buffer.from(bytes!)),
      ]);
    }
  }
}

async function inTransaction<T>(
  queries: Queries,
  isFlushed: boolean,
  durations: DurationMeter | null,
  work: () => Promise<T>,
): Promise<T> {
  await queries.query('BEGIN');
  try {
    await queries.query(`SET LOCAL synchronous_commit = ${isFlushed ? 'on' : 'off'}`);
    const result = await work();
    const flushMs = durations?.now() ?? 0;
    await queries.query('COMMIT');
    durations?.record('journalFlush', durations.now() - flushMs);
    return result;
  } catch (error) {
    // A connection that is gone has rolled back by itself.
    await queries.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** A name or key as the store has it. */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}
