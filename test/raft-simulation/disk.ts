import type { Entry } from '../../actors/raft/entry.js';
import type { HardState, InitialState } from '../../actors/raft/options.js';
import type { Snapshot } from '../../actors/raft/snapshot.js';
import type { ReplicaWrite } from '../../actors/raft/storage.js';

/**
 * The disk of one node: writes wait in a cache in their order, and a crash takes those that had not reached the
 * disk. A write is there whole or not at all.
 */
export class Disk {
  hardState: HardState | undefined;
  snapshot: Snapshot | undefined;
  entries: Entry[] = [];
  #cache: ReplicaWrite[] = [];

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
  }

  /** What a node finds when it starts. */
  initial(): InitialState {
    const { hardState, snapshot, entries } = this;
    return {
      entries: entries.slice(),
      ...(hardState === undefined ? {} : { hardState }),
      ...(snapshot === undefined ? {} : { snapshot }),
    };
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
