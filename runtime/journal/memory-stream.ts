import type { ReadRange, StoredRecord, StreamHead } from './journal.js';
import { handOut, type KeptRecord } from './kept-record.js';
import { versionSpan } from './read-range.js';

/** Truncated records are taken out of the array when there are so many, and half of it are. */
const SHRINK_COUNT = 64;

/** One stream in memory: an array of records, of which the first may be truncated already. */
export class MemoryStream {
  readonly name: string;
  version: number;
  first: number;
  epoch: number;
  isTombstoned: boolean;
  /** `#records[i]` has version `#base + i`; those below `first` are dead. */
  #records: KeptRecord[];
  #base: number;

  constructor(name: string) {
    this.name = name;
    this.version = 0;
    this.first = 1;
    this.epoch = 0;
    this.isTombstoned = false;
    this.#records = [];
    this.#base = 1;
  }

  head(): StreamHead {
    const { version, first, epoch, isTombstoned } = this;
    return { version, first, epoch, isTombstoned };
  }

  push(record: KeptRecord): void {
    // Very many streams have one record: an array that grows would make room for seventeen.
    if (this.#records.length === 0) this.#records = [record];
    else this.#records.push(record);
    this.version = record.version;
  }

  read(range: ReadRange): StoredRecord[] {
    const { low, high } = versionSpan(this, range);
    if (low > high) return [];
    const page = this.#records.slice(low - this.#base, high - this.#base + 1);
    return handOut(range.backward === true ? page.reverse() : page);
  }

  /** Forgets what stands before a version. @returns how many records that were */
  truncate(before: number): number {
    const first = Math.min(before, this.version + 1);
    if (first <= this.first) return 0;
    const count = first - this.first;
    this.first = first;
    const dead = first - this.#base;
    if (dead >= SHRINK_COUNT && dead * 2 >= this.#records.length) {
      this.#records = this.#records.slice(dead);
      this.#base = first;
    }
    return count;
  }
}
