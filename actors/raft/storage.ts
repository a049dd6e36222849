import type { Entry } from './entry.js';
import type { HardState } from './options.js';
import type { Snapshot } from './snapshot.js';

/** One write, all or nothing. Writes are made in the order in which they come. */
export interface ReplicaWrite {
  /** To be answered when this is on disk, if `mustSync`. */
  readonly sequence: number;
  readonly mustSync: boolean;
  readonly hardState: HardState | null;
  /** Replace whatever the disk has from the index of the first one on. */
  readonly entries: readonly Entry[];
  /** Came from the leader: takes the place of the whole log; `entries` follow it. */
  readonly install: Snapshot | null;
  /** Taken here: entries before `keepFrom` are not needed any more. */
  readonly saved: Snapshot | null;
  readonly keepFrom: number;
}
