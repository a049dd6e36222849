import type { Append, ExpectedValue, Put, Transaction } from '../../runtime/index.js';

/** A shard's pending changes of tables, the last one of a key counting: one transaction. */
export class WriteSet {
  #tables = new Map<string, Map<string, unknown>>();
  #size = 0;

  /** Keys that are to be written. */
  get size(): number {
    return this.#size;
  }

  /** Sets a key. */
  put(table: string, key: string, value: unknown): void {
    let keys = this.#tables.get(table);
    keys ??= new Map();
    this.#tables.set(table, keys);
    if (!keys.has(key)) this.#size++;
    keys.set(key, value);
  }

  /** Deletes a key. */
  delete(table: string, key: string): void {
    this.put(table, key, undefined);
  }

  /** Puts what is pending aside for the time of `work`, whose own changes become a transaction of their own. */
  apart(work: () => void, appends: readonly Append[], puts: readonly Put[]): Transaction {
    const tables = this.#tables;
    const size = this.#size;
    this.#tables = new Map();
    this.#size = 0;
    try {
      work();
      return this.take(appends, puts);
    } finally {
      this.#tables = tables;
      this.#size = size;
    }
  }

  /** Takes all of it as a transaction, with what else belongs to it. */
  take(appends: readonly Append[], puts: readonly Put[] = []): Transaction {
    const all: Put[] = [...puts];
    const expected: ExpectedValue = 'any';
    for (const [table, keys] of this.#tables) {
      for (const [key, value] of keys) all.push({ table, key, value, expected });
    }
    this.#tables = new Map();
    this.#size = 0;
    return { appends, puts: all };
  }
}

/** Digits of a sequence number in a key: keys are ordered as text. */
const SEQ_DIGITS = 16;

/** A sequence number as a key. */
export function seqKey(seq: number): string {
  return seq.toString().padStart(SEQ_DIGITS, '0');
}

/** Names of the tables in which a broker keeps its streams. */
export const TABLES = {
  /** Directory: stream to its options. */
  streams: 'broker/streams',
  /** Stream to the highest sequence given out. */
  last: 'broker/last',
  /** `STREAM/GROUP` to its options, floor and epoch. */
  groups: 'broker/groups',
  /** Sequence to message. */
  messages: (stream: string): string => `broker/messages/${stream}`,
  /** Message id to its sequence and time. */
  ids: (stream: string): string => `broker/ids/${stream}`,
  /** Sequence to what a group knows of a message above its floor. */
  marks: (stream: string, group: string): string => `broker/marks/${stream}/${group}`,
  /** Subject to its retained message. */
  retained: 'broker/retained',
  /** Name of a schedule to what it publishes when. */
  schedules: 'broker/schedules',
} as const;
