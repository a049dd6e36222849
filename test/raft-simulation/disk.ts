import { ENTRY_KIND, type Entry } from '../../actors/raft/entry.js';
import type { HardState, InitialState } from '../../actors/raft/options.js';
import type { Snapshot } from '../../actors/raft/snapshot.js';
import type { ReplicaWrite } from '../../actors/raft/storage.js';
import { hashOf } from './ledger.js';

/** Tells a record that is whole from what is left of one. */
function checksumOf({ hardState, entries, install, saved }: ReplicaWrite): string {
  return JSON.stringify([hardState, entries.map(hashOf), install?.checksum, saved?.checksum]);
}

/** What is left of a write in the middle of which power was lost: from within an entry on there is nothing. */
function tornOf(write: ReplicaWrite): ReplicaWrite {
  const { entries } = write;
  if (entries.length === 0) return { ...write, hardState: null, install: null, saved: null };
  const left = entries.slice(0, (entries.length + 1) >>> 1);
  const cut = { ...left.at(-1)!, kind: ENTRY_KIND.noop, session: 0, sequence: 0, payload: null };
  return { ...write, entries: left.with(-1, cut) };
}

/**
 * The disk of one node: writes wait in a cache in their order, and a crash takes those that had not reached the
 * disk. A write counts when it is there whole; what is left of one that was torn is found out at the next start.
 */
export class Disk {
  hardState: HardState | undefined;
  snapshot: Snapshot | undefined;
  entries: Entry[] = [];
  #cache: ReplicaWrite[] = [];
  /** The record that was written when power was lost, with the checksum that it began with. */
  #torn: { readonly write: ReplicaWrite; readonly checksum: string } | undefined;

  get cachedCount(): number {
    return this.#cache.length;
  }

  get base(): number {
    return (this.entries[0]?.index ?? (this.snapshot?.index ?? 0) + 1) - 1;
  }

  get last(): number {
    return this.base + this.entries.length;
  }

  termAt(index: number): number {
    if (index === this.snapshot?.index) return this.snapshot.term;
    return this.entries[index - this.base - 1]?.term ?? -1;
  }

  /** Whether this entry would be there after a crash. */
  holds(index: number, term: number): boolean {
    return index <= (this.snapshot?.index ?? 0) || this.termAt(index) === term;
  }

  write(write: ReplicaWrite): void {
    this.#cache.push(write);
  }

  /** The oldest write of the cache reaches the disk. */
  sync(): ReplicaWrite {
    const write = this.#cache.shift()!;
    this.#apply(write);
    return write;
  }

  /** The write that reaches the disk next. */
  get next(): ReplicaWrite | undefined {
    return this.#cache[0];
  }

  /** Power is lost in the middle of the oldest write. */
  tear(): void {
    const write = this.#cache[0]!;
    this.#torn = { write: tornOf(write), checksum: checksumOf(write) };
    this.#cache = [];
  }

  /** The oldest write is answered with an error. @param hasReached whether it is on the disk all the same */
  fail(hasReached: boolean): ReplicaWrite {
    const write = this.#cache.shift()!;
    if (hasReached) this.#apply(write);
    return write;
  }

  /** Power is lost: some of the oldest writes may have reached the disk unasked. */
  crash(survivingCount: number): void {
    for (let i = 0; i < survivingCount && this.#cache.length > 0; i++) this.sync();
    this.#cache = [];
  }

  /** Everything is gone. */
  wipe(): void {
    this.hardState = undefined;
    this.snapshot = undefined;
    this.entries = [];
    this.#cache = [];
    this.#torn = undefined;
  }

  /** What a node finds when it starts. */
  initial(): InitialState {
    this.#recover();
    const { hardState, snapshot, entries } = this;
    return {
      entries: entries.slice(),
      ...(hardState === undefined ? {} : { hardState }),
      ...(snapshot === undefined ? {} : { snapshot }),
    };
  }

  /** The last record is taken when it is whole: nothing that it says was ever promised otherwise. */
  #recover(): void {
    const torn = this.#torn;
    this.#torn = undefined;
    if (torn === undefined) return;
    if (checksumOf(torn.write) === torn.checksum) this.#apply(torn.write);
  }

  #apply({ hardState, entries, install, saved, keepFrom }: ReplicaWrite): void {
    if (hardState !== null) this.hardState = hardState;
    if (install !== null) {
      this.snapshot = install;
      this.entries = [];
    }
    const [first] = entries;
    if (first !== undefined) {
      this.entries.length = Math.max(0, first.index - this.base - 1);
      this.entries.push(...entries);
    }
    if (saved !== null && saved.index > (this.snapshot?.index ?? 0)) {
      const drop = keepFrom - 1 - this.base;
      this.snapshot = saved;
      if (drop > 0) this.entries.splice(0, drop);
    }
  }
}
