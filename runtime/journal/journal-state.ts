import { checkKnownAppend, checkTransaction, soleAppend } from './check-transaction.js';
import { appendConflict, NO_STREAM, putConflict } from './expectations.js';
import type {
  Position,
  ReadRange,
  ScanRange,
  StoredRecord,
  StreamHead,
  TableEntry,
} from './journal.js';
import { handOut, type KeptRecord, sequenceIn } from './kept-record.js';
import { MemoryStream } from './memory-stream.js';
import { MemoryTable } from './memory-table.js';
import { positionOf, sequenceOf } from './position.js';
import { pageLimit } from './read-range.js';
import type { Append, Conflict, Transaction, TransactionResult, Truncate } from './transaction.js';

/** Truncated records are taken out of the log when there are so many, and half of it are. */
const SHRINK_COUNT = 1024;

const NONE: readonly number[] = Object.freeze([]);

/** What is read where nothing was written, so that ranges are checked there too. Never written to. */
const NOTHING = new MemoryStream('');
const EMPTY = new MemoryTable();

/**
 * A whole journal as a value in memory: `apply` is the only thing that changes it, synchronously and
 * without a clock, chance or I/O. Values are kept and given out by reference.
 */
export class JournalState {
  readonly #streams: Map<string, MemoryStream>;
  readonly #tables: Map<string, MemoryTable>;
  /** All records in the order of commits; truncated ones are in it until it is shrunk. */
  #log: KeptRecord[];
  #deadCount: number;
  #sequence: number;
  /** `positionOf(#sequence)`, once a transaction is applied. */
  #position: Position;

  constructor() {
    this.#streams = new Map();
    this.#tables = new Map();
    this.#log = [];
    this.#deadCount = 0;
    this.#sequence = 0;
    this.#position = positionOf(0);
  }

  /** Place of the last record in the order of commits. */
  get position(): Position {
    return this.#position;
  }

  /** How many records were ever appended. */
  get sequence(): number {
    return this.#sequence;
  }

  /**
   * Applies all of a transaction, or nothing: appends, then puts, then truncates.
   * @throws {TroupeError} ERR_JOURNAL_TRANSACTION when it is malformed
   */
  apply(transaction: Transaction): TransactionResult {
    const append = soleAppend(transaction);
    const known = append && this.#streams.get(append.stream);
    if (known === undefined) checkTransaction(transaction);
    else checkKnownAppend(transaction, append!);
    return append === undefined ? this.#applyAll(transaction) : this.#applyOne(append, known);
  }

  /** @param known its stream, if it is there, which is looked up once */
  #applyOne(append: Append, known: MemoryStream | undefined): TransactionResult {
    const conflict = streamConflict(append, known);
    if (conflict !== undefined) return { ok: false, conflict };
    const before = this.#sequence;
    const versions = [this.#append(append, known)];
    return this.#applied(before, versions);
  }

  #applyAll(transaction: Transaction): TransactionResult {
    const conflict = this.#conflict(transaction);
    if (conflict !== undefined) return { ok: false, conflict };
    const { appends, puts, truncates } = transaction;
    const before = this.#sequence;
    const versions =
      appends === undefined
        ? NONE
        : appends.map((append) => this.#append(append, this.#streams.get(append.stream)));
    if (puts !== undefined) {
      for (const { table, key, value } of puts) this.#table(table).put(key, value);
    }
    if (truncates !== undefined) {
      for (const truncate of truncates) this.#truncate(truncate);
    }
    return this.#applied(before, versions);
  }

  /** @param before the sequence before it */
  #applied(before: number, versions: readonly number[]): TransactionResult {
    if (this.#sequence > before) this.#position = positionOf(this.#sequence);
    return { ok: true, durability: 'memory', position: this.#position, versions };
  }

  read(stream: string, range: ReadRange = {}): StoredRecord[] {
    return (this.#streams.get(stream) ?? NOTHING).read(range);
  }

  readAll(after: Position, limit?: number): StoredRecord[] {
    const count = pageLimit('readAll', limit);
    const start = this.#indexAfter(sequenceOf(after));
    if (this.#deadCount === 0) return handOut(this.#log.slice(start, start + count));
    const records: KeptRecord[] = [];
    for (let i = start; i < this.#log.length && records.length < count; i++) {
      const record = this.#log[i]!;
      if (this.#isAlive(record)) records.push(record);
    }
    return handOut(records);
  }

  head(stream: string): StreamHead {
    return this.#streams.get(stream)?.head() ?? NO_STREAM;
  }

  get(table: string, key: string): unknown {
    return this.#tables.get(table)?.get(key);
  }

  scan(table: string, range: ScanRange = {}): TableEntry[] {
    return (this.#tables.get(table) ?? EMPTY).scan(range);
  }

  #conflict({ appends, puts }: Transaction): Conflict | undefined {
    if (appends !== undefined) {
      for (const append of appends) {
        const conflict = streamConflict(append, this.#streams.get(append.stream));
        if (conflict !== undefined) return conflict;
      }
    }
    if (puts !== undefined) {
      for (const put of puts) {
        if (put.expected === undefined || put.expected === 'any') continue;
        const conflict = putConflict(put, this.get(put.table, put.key));
        if (conflict !== undefined) return conflict;
      }
    }
    return undefined;
  }

  /** @param known the stream, if it is there */
  #append({ stream: name, values, epoch }: Append, known: MemoryStream | undefined): number {
    if (known === undefined && values.length === 0 && epoch === undefined) return 0;
    const stream = known ?? this.#newStream(name);
    if (epoch !== undefined) stream.epoch = epoch;
    for (let i = 0; i < values.length; i++) {
      // The name as the stream has it: one text for all its records.
      const record: KeptRecord = {
        stream: stream.name,
        version: stream.version + 1,
        position: ++this.#sequence,
        value: values[i],
      };
      stream.push(record);
      this.#log.push(record);
    }
    return stream.version;
  }

  #truncate({ stream: name, before, tombstone }: Truncate): void {
    const known = this.#streams.get(name);
    if (known === undefined && tombstone !== true) return;
    const stream = known ?? this.#newStream(name);
    if (tombstone === true) stream.isTombstoned = true;
    this.#deadCount += stream.truncate(before);
    if (this.#deadCount >= SHRINK_COUNT && this.#deadCount * 2 >= this.#log.length) {
      this.#log = this.#log.filter((record) => this.#isAlive(record));
      this.#deadCount = 0;
    }
  }

  #isAlive(record: KeptRecord): boolean {
    return record.version >= this.#streams.get(record.stream)!.first;
  }

  #newStream(name: string): MemoryStream {
    const stream = new MemoryStream(name);
    this.#streams.set(name, stream);
    return stream;
  }

  #table(name: string): MemoryTable {
    let table = this.#tables.get(name);
    if (table === undefined) {
      table = new MemoryTable();
      this.#tables.set(name, table);
    }
    return table;
  }

  /** Index in the log of the first record after a place in the order of commits. */
  #indexAfter(sequence: number): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sequenceIn(this.#log[middle]!) <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Why the stream, if it is there, refuses an append. It is its own head, as long as nobody keeps that. */
function streamConflict(append: Append, stream: MemoryStream | undefined): Conflict | undefined {
  if (appendConflict(append, stream ?? NO_STREAM) === undefined) return undefined;
  return appendConflict(append, stream?.head() ?? NO_STREAM);
}
