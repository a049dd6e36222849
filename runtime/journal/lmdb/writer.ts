import type { EncodedTransaction } from '../encode-transaction.js';
import { appendConflict, putConflict } from '../expectations.js';
import { positionOf } from '../position.js';
import type { Append, Conflict, Transaction, TransactionResult, Truncate } from '../transaction.js';
import { commitValue, type WrittenRun } from './commit-entry.js';
import type { Database } from './database.js';
import { deadCommits } from './dead-commits.js';
import {
  CONTENT,
  commitKey,
  headValue,
  Kind,
  nameKey,
  seal,
  valueKey,
  writeU48,
} from './descriptor.js';
import type { LmdbReader } from './reader.js';
import { WrittenStream } from './written-stream.js';

/** Heads kept in memory, so that appends to streams in use read nothing. */
const CACHED_HEAD_COUNT = 65_536;

/** Runs of one entry of the order of commits; more go to further entries. */
const RUNS_OF_ENTRY = 256;

/**
 * Makes of a group of transactions what is to be written for it: `begin`, then `apply` each, then `end`, then `queueWrites` in
 * LMDB's transaction. What it knows of heads and positions is what the store has once that is committed; if it is not, `rollBack`.
 * Only one group may be under way.
 */
export class LmdbWriter {
  readonly #database: Database;
  readonly #reader: LmdbReader;
  readonly #heads: Map<string, WrittenStream>;
  /** What the group has put so far, by table and key, for expectations of later ones of the group. */
  readonly #puts: Map<string, unknown>;
  #keys: Buffer[];
  /** In the order of the keys; undefined for what is deleted. */
  #values: (Buffer | undefined)[];
  #sequence: number;
  #firstOfCommit: number;
  #sequenceBefore: number;
  #hasTruncated: boolean;
  #runs: WrittenRun[];

  constructor(database: Database, reader: LmdbReader) {
    this.#database = database;
    this.#reader = reader;
    this.#heads = new Map();
    this.#puts = new Map();
    this.#keys = [];
    this.#values = [];
    this.#sequence = reader.lastSequence();
    this.#firstOfCommit = this.#sequence + 1;
    this.#sequenceBefore = this.#sequence;
    this.#hasTruncated = false;
    this.#runs = [];
  }

  /** Forgets what is in memory, because it was not written. */
  rollBack(): void {
    this.#heads.clear();
    this.#sequence = this.#reader.lastSequence();
    this.begin();
  }

  begin(): void {
    if (this.#heads.size > CACHED_HEAD_COUNT) this.#heads.clear();
    this.#puts.clear();
    this.#keys = [];
    this.#values = [];
    this.#runs = [];
    this.#firstOfCommit = this.#sequence + 1;
    this.#sequenceBefore = this.#sequence;
    this.#hasTruncated = false;
  }

  /**
   * Adds a transaction to the group. One that throws has changed nothing. The result is true once the group is committed.
   * @throws {TroupeError} ERR_JOURNAL_DAMAGED for what it had to read
   */
  apply(encoded: EncodedTransaction): TransactionResult {
    const { transaction, records, values } = encoded;
    const conflict = this.#conflict(transaction);
    if (conflict !== undefined) return { ok: false, conflict };
    const { appends, puts, truncates } = transaction;
    const versions = appends === undefined ? [] : this.#appendAll(appends, records);
    if (puts !== undefined) {
      for (let i = 0; i < puts.length; i++) {
        const { table, key: name, value } = puts[i]!;
        this.#put(valueKey(table, name), values[i]);
        this.#puts.set(`${table}\0${name}`, value);
      }
    }
    if (truncates !== undefined) for (const truncate of truncates) this.#truncate(truncate);
    const position = positionOf(this.#sequence);
    return { ok: true, durability: 'flushed', position, versions };
  }

  /** Ends the group. */
  end(): void {
    if (this.#runs.length > 0) this.#endEntry();
    if (!this.#hasTruncated) return;
    for (const key of deadCommits(this.#database, (stream) => this.#head(stream).first)) {
      this.#put(key, undefined);
    }
  }

  /** True when the group appends records. */
  get hasAppended(): boolean {
    return this.#sequence > this.#sequenceBefore;
  }

  /** True when the group writes nothing. */
  get isEmpty(): boolean {
    return this.#keys.length === 0;
  }

  /** Writes all of the group. */
  queueWrites(): void {
    const [keys, values] = [this.#keys, this.#values];
    for (let i = 0; i < keys.length; i++) {
      const value = values[i];
      if (value === undefined) this.#database.remove(keys[i]!);
      else this.#database.put(keys[i]!, value);
    }
    // LMDB has its copies of them. The values it reads where they are.
    this.#keys = [];
  }

  #put(key: Buffer, value: Buffer | undefined, keyCrc?: number): void {
    this.#keys.push(key);
    this.#values.push(value === undefined ? undefined : seal(key, value, keyCrc));
  }

  /** Reads all that the transaction is about, before anything of it is done. */
  #conflict({ appends, puts, truncates }: Transaction): Conflict | undefined {
    if (truncates !== undefined) for (const { stream } of truncates) this.#head(stream);
    if (appends !== undefined) {
      for (const append of appends) {
        const head = this.#head(append.stream);
        // Again with a copy: the head in memory goes on.
        if (appendConflict(append, head) !== undefined) return appendConflict(append, head.head());
      }
    }
    if (puts === undefined) return undefined;
    for (const put of puts) {
      if (put.expected === undefined || put.expected === 'any') continue;
      const name = `${put.table}\0${put.key}`;
      const actual = this.#puts.has(name)
        ? this.#puts.get(name)
        : this.#reader.get(put.table, put.key);
      const conflict = putConflict(put, actual);
      if (conflict !== undefined) return conflict;
    }
    return undefined;
  }

  #appendAll(appends: readonly Append[], records: EncodedTransaction['records']): number[] {
    if (appends.length === 1) return [this.#append(appends[0]!, records[0]!)];
    return appends.map((append, i) => this.#append(append, records[i]!));
  }

  #append({ stream, epoch }: Append, records: readonly Buffer[]): number {
    const head = this.#head(stream);
    if (epoch !== undefined && epoch !== head.epoch) {
      head.epoch = epoch;
      this.#putHead(head);
    }
    if (records.length === 0) return head.version;
    const first = head.version + 1;
    for (const record of records) {
      const key = head.recordKey(++head.version);
      writeU48(record, ++this.#sequence, CONTENT);
      this.#put(key, record, head.crcOf(key));
    }
    this.#runs.push({ stream, prefix: head.prefix, version: first, count: records.length });
    if (this.#runs.length === RUNS_OF_ENTRY) this.#endEntry();
    return head.version;
  }

  #truncate({ stream, before, tombstone }: Truncate): void {
    const head = this.#head(stream);
    const first = Math.max(head.first, Math.min(before, head.version + 1));
    const closes = tombstone === true && !head.isTombstoned;
    if (first === head.first && !closes) return;
    for (let version = head.first; version < first; version++) {
      this.#put(head.recordKey(version), undefined);
    }
    if (first > head.first) this.#hasTruncated = true;
    head.first = first;
    if (closes) head.isTombstoned = true;
    this.#putHead(head);
  }

  #putHead(head: WrittenStream): void {
    const key = nameKey(Kind.HEAD, head.stream);
    this.#put(key, headValue(key, head));
  }

  #endEntry(): void {
    const key = commitKey(this.#sequence);
    this.#put(key, commitValue(key, this.#firstOfCommit, this.#runs));
    this.#firstOfCommit = this.#sequence + 1;
    this.#runs = [];
  }

  #head(stream: string): WrittenStream {
    let head = this.#heads.get(stream);
    if (head === undefined) {
      head = new WrittenStream(stream, this.#reader.head(stream));
      this.#heads.set(stream, head);
    }
    return head;
  }
}
