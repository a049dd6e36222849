import type { Entry } from '../../actors/raft/entry.js';
import { chain } from './ledger.js';

/** The log of a node as it must be, by what it has given to its storage. */
export class Mirror {
  base: number;
  #baseHash: number;
  #entries: Entry[] = [];
  #hashes: number[] = [];

  constructor(base: number, baseHash: number) {
    this.base = base;
    this.#baseHash = baseHash;
  }

  get last(): number {
    return this.base + this.#entries.length;
  }

  at(index: number): Entry | undefined {
    return this.#entries[index - this.base - 1];
  }

  hashAt(index: number): number | undefined {
    return index === this.base ? this.#baseHash : this.#hashes[index - this.base - 1];
  }

  /** Puts an entry in its place; what stood there and after it is gone. @returns the hash of the log up to it */
  put(entry: Entry): number {
    const length = entry.index - this.base - 1;
    this.#entries.length = length;
    this.#hashes.length = length;
    const hash = chain(this.hashAt(entry.index - 1)!, entry);
    this.#entries.push(entry);
    this.#hashes.push(hash);
    return hash;
  }
}
