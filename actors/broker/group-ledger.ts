import type { WriteSet } from './write-set.js';
import { seqKey, TABLES } from './write-set.js';

/** What a journal holds of a message above the floor: finished, or its counts. */
export type Mark =
  | { readonly done: true }
  | {
      readonly deliveries: number;
      readonly failures: number;
      /** Wall time of the next try, and how long that was away when it was written. */
      readonly dueAtMs: number;
      readonly waitMs: number;
    };

/**
 * What a durable group has finished: everything up to a floor, and single messages above it. Only the floor and
 * what lies above it is stored, so it stays small however long the stream.
 */
export class GroupLedger {
  readonly #table: string;
  readonly #writes: WriteSet;
  /** Finished messages above the floor. */
  readonly #done = new Set<number>();
  /** Those that were finished since the floor was last looked at. */
  #fresh: number[] = [];
  /** Numbers that have a mark in the journal. */
  readonly #marked = new Set<number>();
  /** Everything up to here is finished, or was never for this group. */
  floor = 0;

  constructor(stream: string, group: string, writes: WriteSet) {
    this.#table = TABLES.marks(stream, group);
    this.#writes = writes;
  }

  /** True for a message that is finished. */
  has(seq: number): boolean {
    return seq <= this.floor || this.#done.has(seq);
  }

  /** Finished messages above the floor, and counts of failures, that are stored. */
  get size(): number {
    return this.#marked.size;
  }

  /** Notes a finished message. */
  finish(seq: number): void {
    if (seq <= this.floor) return;
    this.#done.add(seq);
    this.#fresh.push(seq);
  }

  /** Writes what is known of a message that is not finished. */
  mark(seq: number, mark: Mark): void {
    this.#marked.add(seq);
    this.#writes.put(this.#table, seqKey(seq), mark);
  }

  /** Forgets a mark, because its message is gone or below the floor. */
  unmark(seq: number): void {
    if (this.#marked.delete(seq)) this.#writes.delete(this.#table, seqKey(seq));
  }

  /**
   * Moves the floor over all that is finished and writes the rest of it.
   * @param isOpen false for a number that is finished, gone, or not for this group
   * @returns true when the floor has moved
   */
  advance(isOpen: (seq: number) => boolean): boolean {
    const before = this.floor;
    for (let seq = before + 1; this.#done.has(seq) || !isOpen(seq); seq++) {
      this.#done.delete(seq);
      this.unmark(seq);
      this.floor = seq;
    }
    // Only those: a message that is stuck keeps all behind it above the floor.
    for (const seq of this.#fresh) if (this.#done.has(seq)) this.mark(seq, { done: true });
    this.#fresh = [];
    return this.floor > before;
  }

  /** Forgets all of it: the group is gone. */
  forget(): void {
    for (const seq of [...this.#marked]) this.unmark(seq);
    this.#done.clear();
  }

  /** Puts back what a journal held. */
  restore(floor: number, marks: Iterable<readonly [number, Mark]>): void {
    this.floor = floor;
    for (const [seq, mark] of marks) {
      this.#marked.add(seq);
      if ('done' in mark) this.#done.add(seq);
    }
  }
}
