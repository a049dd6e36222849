import type { Entry } from './entry.js';
import { grown } from './slot-lists.js';

/** The entries of a store, field by field: slot `n` is the n-th of each. Times are monotonic milliseconds. */
export class EntryColumns {
  readonly keys: string[];
  /** Undefined in an entry which says that there is nothing, and in a free slot. */
  readonly values: unknown[];
  readonly tags: (readonly string[] | null)[];
  /** Until when it counts as new; Infinity when it does not expire. */
  freshUntilMs: Float64Array;
  /** Until when it is kept at all: later than `freshUntilMs` when it may be served stale. */
  keptUntilMs: Float64Array;
  /** How far each use moves both on; 0 unless the time to live is sliding. */
  slidingMs: Float64Array;
  versions: Float64Array;
  /** How long it took to load, for early refreshing; 0 when it was not loaded. */
  costMs: Float64Array;
  bytes: Uint32Array;

  constructor(capacity: number) {
    this.keys = [];
    this.values = [];
    this.tags = [];
    this.freshUntilMs = new Float64Array(capacity);
    this.keptUntilMs = new Float64Array(capacity);
    this.slidingMs = new Float64Array(capacity);
    this.versions = new Float64Array(capacity);
    this.costMs = new Float64Array(capacity);
    this.bytes = new Uint32Array(capacity);
  }

  get capacity(): number {
    return this.bytes.length;
  }

  grow(capacity: number): void {
    this.freshUntilMs = grown(this.freshUntilMs, capacity);
    this.keptUntilMs = grown(this.keptUntilMs, capacity);
    this.slidingMs = grown(this.slidingMs, capacity);
    this.versions = grown(this.versions, capacity);
    this.costMs = grown(this.costMs, capacity);
    this.bytes = grown(this.bytes, capacity);
  }

  /** A copy of the fields of an entry. */
  entryAt(slot: number): Entry {
    return {
      key: this.keys[slot]!,
      value: this.values[slot],
      version: this.versions[slot]!,
      freshUntilMs: this.freshUntilMs[slot]!,
      keptUntilMs: this.keptUntilMs[slot]!,
      slidingMs: this.slidingMs[slot]!,
      costMs: this.costMs[slot]!,
      tags: this.tags[slot]!,
      bytes: this.bytes[slot]!,
    };
  }
}
