import type { Entry } from './entry.js';
import type { RaftMessage } from './messages.js';
import type { HardState } from './options.js';
import type { Snapshot } from './snapshot.js';

/** A read that was asked for with `readIndex` is decided. */
export interface ReadState {
  readonly context: number;
  /** Read the state once all up to this index is applied. -1: not confirmed, ask again. */
  readonly index: number;
}

/** What an operator should know; nothing stops because of it. */
export type RaftReport =
  /** This node has lost its disk and refuses to take part. */
  | { readonly type: 'disk-lost' }
  /** A member says so, or holds less than it had acknowledged. */
  | { readonly type: 'peer-lost-disk'; readonly id: number }
  /** A message was set aside that no right node sends. */
  | { readonly type: 'malformed'; readonly from: number }
  /** A leader contradicts what is committed here: a defect, or a disk that forgot what it had stored. */
  | { readonly type: 'contradiction'; readonly from: number; readonly index: number };

/**
 * Everything that is to be done now. The arrays belong to the caller until it calls `advance`.
 *
 * The caller's duties: write `hardState`, `snapshot` and `entries` as one, in the order of the readies, and step
 * `stored` when they are on disk; send `messages` (at any time: those which promise something that is not
 * on disk yet are held back until `stored`); restore `snapshot`, apply `committed` in order and step `applied`.
 */
export interface Ready {
  /** Numbers the readies; named in the `stored` answer. */
  readonly sequence: number;
  /** Null when it has not changed. */
  readonly hardState: HardState | null;
  /** To be written; whatever the disk has from the first one's index on is replaced. */
  readonly entries: readonly Entry[];
  /** To be written in place of the whole log, and to be restored before anything is applied. */
  readonly snapshot: Snapshot | null;
  readonly committed: readonly Entry[];
  readonly messages: readonly RaftMessage[];
  readonly readStates: readonly ReadState[];
  readonly reports: readonly RaftReport[];
  /** True when there is something to be written: a `stored` answer is awaited. */
  readonly mustSync: boolean;
}
