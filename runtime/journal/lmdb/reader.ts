import { checkNames } from '../../base/check-option.js';
import { checkStream, checkTable } from '../check-transaction.js';
import { NO_STREAM } from '../expectations.js';
import type {
  Position,
  ReadRange,
  ScanRange,
  StoredRecord,
  StreamHead,
  TableEntry,
} from '../journal.js';
import { positionOf, sequenceOf } from '../position.js';
import { pageLimit, SCAN_RANGE, versionSpan } from '../read-range.js';
import type { Serializer } from '../serializer.js';
import { commitIn } from './commit-entry.js';
import type { Database } from './database.js';
import {
  asBuffer,
  CONTENT,
  commitKey,
  headIn,
  isSound,
  Kind,
  MAX_U48,
  nameKey,
  positionIn,
  RECORD_CONTENT,
  recordKey,
  valueKey,
  versionIn,
} from './descriptor.js';
import { damagedError, storeError } from './errors.js';

/**
 * Reads of a store, all synchronous: one page is of one state of it, and no read transaction outlives a call. Works
 * on any thread, within a write transaction and without.
 */
export class LmdbReader {
  readonly #database: Database;
  readonly #serializer: Serializer;
  readonly #path: string;

  constructor(database: Database, serializer: Serializer, path: string) {
    this.#database = database;
    this.#serializer = serializer;
    this.#path = path;
  }

  /** Runs a read on the newest state. @throws {TroupeError} ERR_JOURNAL_FAILED, ERR_JOURNAL_DAMAGED */
  fresh<T>(read: (reader: LmdbReader) => T): T {
    try {
      this.#database.resetReadTxn();
      return read(this);
    } catch (cause) {
      throw storeError(cause, this.#path, 'ERR_JOURNAL_FAILED');
    }
  }

  /** @throws {TroupeError} ERR_JOURNAL_DAMAGED naming the stream */
  head(stream: string): StreamHead {
    checkStream(stream);
    const key = nameKey(Kind.HEAD, stream);
    const value = this.#database.get(key);
    if (value !== undefined && !isSound(key, value)) {
      throw damagedError(this.#path, `the head of stream '${stream}'`);
    }
    const stored = value === undefined ? NO_STREAM : headIn(value);
    const version = this.#lastVersion(stream);
    return version > stored.version ? { ...stored, version } : stored;
  }

  /** @throws {TroupeError} ERR_JOURNAL_DAMAGED naming stream and version */
  read(stream: string, range: ReadRange = {}): StoredRecord[] {
    const { low, high } = versionSpan(this.head(stream), range);
    const records: StoredRecord[] = [];
    if (low > high) return records;
    const start = recordKey(stream, low);
    const end = recordKey(stream, high + 1);
    let version = low;
    for (const { key, value } of this.#database.getRange({ start, end })) {
      if (versionIn(key) !== version) break;
      records.push(this.#record(stream, version, key, value));
      version++;
    }
    if (version <= high) throw this.#missing(stream, version);
    return range.backward === true ? records.reverse() : records;
  }

  /** @throws {TroupeError} ERR_JOURNAL_DAMAGED */
  readAll(after: Position, limit?: number): StoredRecord[] {
    const count = pageLimit('readAll', limit);
    const sequence = sequenceOf(after);
    const records: StoredRecord[] = [];
    const start = commitKey(sequence + 1);
    for (const { key, value } of this.#database.getRange({ start, end: commitKey(MAX_U48) })) {
      if (!isSound(key, value)) {
        throw damagedError(this.#path, `the commit up to position ${positionIn(key)}`);
      }
      const { first, runs } = commitIn(value);
      let position = first;
      for (const { stream, version, count: length } of runs) {
        const skipped = Math.min(length, Math.max(0, sequence + 1 - position));
        position += length;
        for (let i = skipped; i < length; i++) {
          if (records.length === count) return records;
          const record = this.#recordAt(stream, version + i);
          if (record !== undefined) records.push(record);
        }
      }
    }
    return records;
  }

  /** Position of the last record, 0 when there is none. */
  lastSequence(): number {
    const range = { start: commitKey(MAX_U48), end: commitKey(0), reverse: true, limit: 1 };
    for (const key of this.#database.getKeys(range)) return positionIn(key);
    return 0;
  }

  /** @throws {TroupeError} ERR_JOURNAL_DAMAGED naming the key */
  get(table: string, key: string): unknown {
    checkTable(table);
    const at = valueKey(table, key);
    const value = this.#database.get(at);
    return value === undefined ? undefined : this.#value(table, key, at, value);
  }

  /** @throws {TroupeError} ERR_JOURNAL_DAMAGED naming the key */
  scan(table: string, range: ScanRange = {}): TableEntry[] {
    checkTable(table);
    checkNames('scan', range, SCAN_RANGE);
    const limit = pageLimit('scan', range.limit);
    const prefix = nameKey(Kind.VALUE, table);
    const low = range.from === undefined ? prefix : valueKey(table, range.from);
    const high = range.to === undefined ? afterAll(prefix) : valueKey(table, range.to);
    const entries: TableEntry[] = [];
    if (Buffer.compare(low, high) >= 0) return entries;
    // Backward, LMDB's `start` is inclusive and its `end` exclusive all the same: both ends are looked at here.
    const bounds =
      range.backward === true
        ? { start: high, end: Buffer.from(low.subarray(0, 1)), reverse: true }
        : { start: low, end: high };
    for (const { key: at, value } of this.#database.getRange(bounds)) {
      if (Buffer.compare(at, high) >= 0) continue;
      if (Buffer.compare(at, low) < 0 || entries.length === limit) break;
      const key = asBuffer(at).toString('utf8', prefix.length);
      entries.push({ key, value: this.#value(table, key, at, value) });
    }
    return entries;
  }

  #lastVersion(stream: string): number {
    const start = recordKey(stream, MAX_U48);
    const range = { start, end: recordKey(stream, 0), reverse: true, limit: 1 };
    for (const key of this.#database.getKeys(range)) return versionIn(key);
    return 0;
  }

  /** A record named by a commit; undefined when it was truncated since. */
  #recordAt(stream: string, version: number): StoredRecord | undefined {
    const key = recordKey(stream, version);
    const value = this.#database.get(key);
    if (value !== undefined) return this.#record(stream, version, key, value);
    if (version < this.head(stream).first) return undefined;
    throw this.#missing(stream, version);
  }

  #record(stream: string, version: number, key: Uint8Array, value: Uint8Array): StoredRecord {
    if (!isSound(key, value)) {
      throw damagedError(this.#path, `record ${version} of stream '${stream}'`);
    }
    const position = positionOf(asBuffer(value).readUIntBE(CONTENT, 6));
    const content = this.#serializer.decode(value.subarray(RECORD_CONTENT));
    return { stream, version, position, value: content };
  }

  #value(table: string, key: string, at: Uint8Array, value: Uint8Array): unknown {
    if (isSound(at, value)) return this.#serializer.decode(value.subarray(CONTENT));
    throw damagedError(this.#path, `key '${key}' of table '${table}'`);
  }

  #missing(stream: string, version: number): Error {
    return damagedError(this.#path, `record ${version} of stream '${stream}', which is missing,`);
  }
}

/** The first key after all of a table: names end with 0, so 1 in its place is beyond them. */
function afterAll(prefix: Buffer): Buffer {
  const key = Buffer.from(prefix);
  key[key.length - 1] = 1;
  return key;
}
