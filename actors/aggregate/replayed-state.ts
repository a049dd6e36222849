import type { StoredRecord, StreamHead } from '../../runtime/index.js';
import { gapError } from './aggregate-errors.js';
import type { Decider } from './aggregate-spec.js';
import { replay } from './replay.js';
import { usableSnapshot } from './snapshot.js';

/** State and version of an aggregate, as they come out of its snapshot and its events. */
export class ReplayedState {
  readonly #decider: Decider;
  readonly #stream: string;
  state: unknown;
  version = 0;
  /** The version that has to be reached; Infinity to read until nothing is left. */
  #target = 0;

  constructor(decider: Decider, stream: string) {
    this.#decider = decider;
    this.#stream = stream;
    this.state = decider.initial;
  }

  /** Begins with a snapshot that can be trusted, or at the beginning. @throws {TroupeError} ERR_AGGREGATE_REPLAY */
  restore(head: StreamHead, snapshot: unknown): void {
    const usable = usableSnapshot(this.#decider, this.#stream, head, snapshot);
    if (usable !== undefined) {
      this.state = usable.state;
      this.version = usable.version;
    }
    this.#target = head.version;
    if (this.version < head.version && this.version + 1 < head.first) {
      throw gapError(this.#stream, this.version + 1, `events before ${head.first} are gone`);
    }
  }

  /** Says how far it has to go. */
  aim(version: number): void {
    this.#target = version;
  }

  /** Goes on by a page; an empty one is the end. @throws {TroupeError} ERR_AGGREGATE_REPLAY */
  apply(records: readonly StoredRecord[]): void {
    for (const record of records) {
      if (record.version !== this.version + 1) {
        throw gapError(this.#stream, this.version + 1, `${record.version} came in its place`);
      }
      this.state = replay(this.#decider, this.state, record);
      this.version = record.version;
    }
    if (records.length > 0) return;
    if (this.#target !== Number.POSITIVE_INFINITY) {
      throw gapError(this.#stream, this.version + 1, `the stream should reach ${this.#target}`);
    }
    this.#target = this.version;
  }

  get isThere(): boolean {
    return this.version >= this.#target;
  }
}
