import type { InitialState } from './options.js';
import type { ReplicaWrite } from './storage.js';

/** Where a node keeps what it must not forget. */
export interface NodeStorage {
  /** What was kept; undefined when there is nothing. */
  load(): Promise<InitialState | undefined>;
  /**
   * Takes a write; writes are made in the order in which they come.
   * @returns true when it is kept already; else `stored` is called when it is
   */
  write(write: ReplicaWrite, stored: (sequence: number) => void): boolean;
  close(): Promise<void>;
  /** True when what was kept is there after a restart of the actor. */
  readonly isDurable: boolean;
}

/** Keeps nothing beyond the life of the actor: for groups that may lose a node, never a majority, at a time. */
export class MemoryStorage implements NodeStorage {
  readonly isDurable = false;

  async load(): Promise<InitialState | undefined> {
    return undefined;
  }

  write(): boolean {
    return true;
  }

  async close(): Promise<void> {}
}
