import type { Entry } from './entry.js';
import { ENTRY_OVERHEAD_BYTES } from './entry.js';

/** No term is known for an index: it was compacted away, or lies beyond the end. */
export const UNKNOWN_TERM = -1;

/**
 * The log of one node in memory (paper, section 5.3), with the marks that divide it.
 *
 *     base          applied        handedOut       commit
 *      |  compacted |  state has it |  on its way   |  replicated
 *      +------------+---------------+---------------+-----------------+ last
 *                                           stable ^        written ^
 *
 * `base <= applied <= handedOut <= commit <= last` and `stable <= written <= last`. Entries up to `stable`
 * are on disk; those up to `written` have been given to the storage.
 */
export class RaftLog {
  #entries: Entry[];
  /** The last index that is compacted away, 0 if none. */
  #base: number;
  #baseTerm: number;
  commit: number;
  applied: number;
  handedOut: number;
  stable: number;
  written: number;

  /** A log whose entries are all on disk. */
  constructor(base: number, baseTerm: number, entries: readonly Entry[]) {
    this.#entries = entries.slice();
    this.#base = base;
    this.#baseTerm = baseTerm;
    this.commit = base;
    this.applied = base;
    this.handedOut = base;
    this.stable = base + entries.length;
    this.written = this.stable;
  }

  get first(): number {
    return this.#base + 1;
  }

  get last(): number {
    return this.#base + this.#entries.length;
  }

  get lastTerm(): number {
    const { length } = this.#entries;
    return length === 0 ? this.#baseTerm : this.#entries[length - 1]!.term;
  }

  /** The term of an entry, also of the last one that was compacted away. */
  termAt(index: number): number {
    if (index === this.#base) return this.#baseTerm;
    return this.#entries[index - this.#base - 1]?.term ?? UNKNOWN_TERM;
  }

  /** @returns undefined outside of what is kept */
  at(index: number): Entry | undefined {
    return this.#entries[index - this.#base - 1];
  }

  /** True when an entry of that index and term is in the log: then all before agree, too (section 5.3). */
  has(index: number, term: number): boolean {
    return this.termAt(index) === term;
  }

  /** Voting rule (paper, section 5.4.1): the pair of last term and index decides. */
  isUpToDate(lastIndex: number, lastTerm: number): boolean {
    const own = this.lastTerm;
    return lastTerm > own || (lastTerm === own && lastIndex >= this.last);
  }

  /** Puts the next entry at the end. */
  push(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Takes away the entries from `index` on. They are not committed. */
  truncateFrom(index: number): void {
    this.#entries.length = index - this.#base - 1;
    const last = index - 1;
    if (this.stable > last) this.stable = last;
    if (this.written > last) this.written = last;
  }

  /** A copy of the entries from `from` up to and including `to`. */
  slice(from: number, to: number): Entry[] {
    return this.#entries.slice(from - this.#base - 1, to - this.#base);
  }

  /** As many entries from `from` on as fit into `maxBytes`, at least one if there is one. */
  sliceBytes(from: number, maxBytes: number): Entry[] {
    const start = from - this.#base - 1;
    const { length } = this.#entries;
    let bytes = 0;
    let end = start;
    while (end < length) {
      bytes += this.#entries[end]!.bytes + ENTRY_OVERHEAD_BYTES;
      if (bytes > maxBytes && end > start) break;
      end++;
    }
    return this.#entries.slice(start, end);
  }

  /**
   * The highest index up to `index` whose term is at most `term`: where two logs can agree at best. It
   * passes over a whole term at a time (paper, end of section 5.3).
   */
  agreementBound(index: number, term: number): number {
    let at = Math.min(index, this.last);
    while (at > this.#base && this.termAt(at) > term) at--;
    return Math.max(at, 0);
  }

  /** Forgets the entries up to `index`, which are applied. */
  compactTo(index: number): void {
    if (index <= this.#base) return;
    const term = this.termAt(index);
    this.#entries = this.#entries.slice(index - this.#base);
    this.#base = index;
    this.#baseTerm = term;
  }

  /** A snapshot takes the place of everything (paper, section 7). */
  resetTo(index: number, term: number): void {
    this.#entries = [];
    this.#base = index;
    this.#baseTerm = term;
    this.commit = index;
    this.handedOut = index;
    this.stable = index;
    this.written = index;
  }
}
