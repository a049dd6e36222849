import type { EncodedTransaction } from '../encode-transaction.js';
import { appendConflict, NO_STREAM, putConflict } from '../expectations.js';
import type { StreamHead } from '../journal.js';
import { positionOf } from '../position.js';
import type { Append, Conflict, Transaction, TransactionResult, Truncate } from '../transaction.js';

/** A record to be written. */
export interface PlannedRecord {
  readonly stream: string;
  readonly version: number;
  readonly position: number;
  readonly value: Uint8Array;
}

/** An entry to be written, or deleted when its bytes are undefined. */
export interface PlannedValue {
  readonly table: string;
  readonly key: string;
  readonly bytes: Uint8Array | undefined;
}

/**
 * What a group of transactions comes to, one after the other, given the heads and values that they name as the store has
 * them: their results, and what is to be written for all together. Pure.
 */
export class GroupPlan {
  readonly records: PlannedRecord[];
  /** Heads that changed. */
  readonly heads: Map<string, StreamHead>;
  /** By table and key, U+0000 between. */
  readonly values: Map<string, PlannedValue>;
  /** Streams and their first version, where it changed. */
  readonly truncated: Map<string, number>;
  #sequence: number;
  readonly #stored: ReadonlyMap<string, StreamHead>;
  readonly #current: Map<string, unknown>;

  /** @param values what the store has under the keys that are expected to have something, as in `values` */
  constructor(
    sequence: number,
    stored: ReadonlyMap<string, StreamHead>,
    values: ReadonlyMap<string, unknown>,
  ) {
    this.records = [];
    this.heads = new Map();
    this.values = new Map();
    this.truncated = new Map();
    this.#sequence = sequence;
    this.#stored = stored;
    this.#current = new Map(values);
  }

  /** Position of the last record of all. */
  get sequence(): number {
    return this.#sequence;
  }

  apply(encoded: EncodedTransaction): TransactionResult {
    const { transaction, records, values } = encoded;
    const conflict = this.#conflict(transaction);
    if (conflict !== undefined) return { ok: false, conflict };
    const { appends = [], puts = [], truncates = [] } = transaction;
    const versions = appends.map((append, i) => this.#append(append, records[i]!));
    for (let i = 0; i < puts.length; i++) {
      const { table, key, value } = puts[i]!;
      this.values.set(`${table}\0${key}`, { table, key, bytes: values[i] });
      this.#current.set(`${table}\0${key}`, value);
    }
    for (const truncate of truncates) this.#truncate(truncate);
    const position = positionOf(this.#sequence);
    return { ok: true, durability: 'committed', position, versions };
  }

  #conflict({ appends = [], puts = [] }: Transaction): Conflict | undefined {
    for (const append of appends) {
      const conflict = appendConflict(append, this.#head(append.stream));
      if (conflict !== undefined) return conflict;
    }
    for (const put of puts) {
      const conflict = putConflict(put, this.#current.get(`${put.table}\0${put.key}`));
      if (conflict !== undefined) return conflict;
    }
    return undefined;
  }

  #append({ stream, epoch }: Append, values: readonly Uint8Array[]): number {
    const head = this.#head(stream);
    let version = head.version;
    for (const value of values) {
      this.records.push({ stream, version: ++version, position: ++this.#sequence, value });
    }
    if (version !== head.version || (epoch ?? head.epoch) !== head.epoch) {
      this.heads.set(stream, { ...head, version, epoch: epoch ?? head.epoch });
    }
    return version;
  }

  #truncate({ stream, before, tombstone }: Truncate): void {
    const head = this.#head(stream);
    const first = Math.max(head.first, Math.min(before, head.version + 1));
    const isTombstoned = head.isTombstoned || tombstone === true;
    if (first === head.first && isTombstoned === head.isTombstoned) return;
    if (first !== head.first) this.truncated.set(stream, first);
    this.heads.set(stream, { ...head, first, isTombstoned });
  }

  #head(stream: string): StreamHead {
    return this.heads.get(stream) ?? this.#stored.get(stream) ?? NO_STREAM;
  }
}
