import type { Bounds, EvictionPolicy } from './eviction-policy.js';
import { FrequencySketch, MAX_FREQUENCY } from './frequency-sketch.js';
import { grown, SlotLists } from './slot-lists.js';

const WINDOW = 0;
const PROBATION = 1;
const PROTECTED = 2;
/** Part of the cache in which every new entry stays for a while. */
const WINDOW_SHARE = 0.01;
/** Part of the rest that is kept for entries used again. */
const PROTECTED_SHARE = 0.8;
/** Uses after which all counts are halved, for each entry of the cache. */
const SAMPLE_FACTOR = 10;
const LEAST_SAMPLE = 160;

/**
 * W-TinyLFU. New entries come into a small window; what falls out of it competes with the oldest of
 * the main part, and the one used more often lately stays. So a scan of keys that never come again passes through
 * the window and leaves the rest in peace. The main part is a segmented LRU: what is used there again is protected.
 *
 * Uses of an entry are counted beside it; the sketch remembers the counts of those that have gone. It is made
 * when the cache is half full: before there is nothing to decide.
 *
 * Source: Einziger, Friedman, Manes, "TinyLFU: A Highly Efficient Cache Admission Policy" (2017).
 */
export class TinyLfu implements EvictionPolicy {
  readonly #bounds: Bounds;
  readonly #windowEntries: number;
  readonly #windowBytes: number;
  readonly #protectedEntries: number;
  readonly #protectedBytes: number;
  readonly #lists: SlotLists;
  #segments: Uint8Array;
  #hashes: Uint32Array;
  #bytes: Uint32Array;
  /** How often each entry was used, 0 to 15. */
  #uses: Uint8Array;
  #useCount: number;
  readonly #sampleCount: number;
  #sketch: FrequencySketch | null;
  /** The entry that came out of the window last and has to prove itself; -1 when there is none. */
  #candidate: number;
  readonly #counts: Float64Array;
  readonly #sizes: Float64Array;

  constructor(bounds: Bounds, capacity: number) {
    const { maxEntries, maxBytes } = bounds;
    this.#bounds = bounds;
    this.#windowEntries = Math.max(1, Math.floor(maxEntries * WINDOW_SHARE));
    this.#windowBytes = maxBytes * WINDOW_SHARE;
    this.#protectedEntries = Math.floor((maxEntries - this.#windowEntries) * PROTECTED_SHARE);
    this.#protectedBytes = (maxBytes - this.#windowBytes) * PROTECTED_SHARE;
    this.#lists = new SlotLists(3, capacity);
    this.#segments = new Uint8Array(capacity);
    this.#hashes = new Uint32Array(capacity);
    this.#bytes = new Uint32Array(capacity);
    this.#uses = new Uint8Array(capacity);
    this.#useCount = 0;
    this.#sampleCount = Math.max(LEAST_SAMPLE, SAMPLE_FACTOR * maxEntries);
    this.#sketch = null;
    this.#candidate = -1;
    this.#counts = new Float64Array(3);
    this.#sizes = new Float64Array(3);
  }

  grow(capacity: number): void {
    this.#lists.grow(capacity);
    this.#segments = grown(this.#segments, capacity);
    this.#hashes = grown(this.#hashes, capacity);
    this.#bytes = grown(this.#bytes, capacity);
    this.#uses = grown(this.#uses, capacity);
  }

  added(slot: number, hash: number, bytes: number): void {
    this.#hashes[slot] = hash;
    this.#bytes[slot] = bytes;
    this.#enter(WINDOW, slot);
    if (this.#sketch === null && this.#isHalfFull()) {
      this.#sketch = new FrequencySketch(this.#bounds.maxEntries);
    }
    this.#uses[slot] = this.#sketch === null ? 0 : this.#sketch.frequency(hash);
    this.#count(slot);
    this.#candidate = -1;
    while (this.#isWindowFull()) {
      const oldest = this.#lists.last(WINDOW);
      this.#change(oldest, WINDOW, PROBATION);
      this.#candidate = oldest;
    }
  }

  read(slot: number): void {
    this.#count(slot);
    const segment = this.#segments[slot]!;
    if (segment === PROBATION) this.#protect(slot);
    else this.#lists.move(segment, slot);
  }

  written(slot: number, bytes: number): void {
    const former = this.#bytes[slot]!;
    if (former !== bytes) {
      this.#bytes[slot] = bytes;
      this.#sizes[this.#segments[slot]!]! += bytes - former;
    }
    this.read(slot);
  }

  removed(slot: number): void {
    this.#leave(slot);
    this.#sketch?.raise(this.#hashes[slot]!, this.#uses[slot]!);
    if (slot === this.#candidate) this.#candidate = -1;
  }

  victim(): number {
    const oldest = this.#lists.last(PROBATION);
    if (oldest < 0) {
      const protectedOne = this.#lists.last(PROTECTED);
      return protectedOne < 0 ? this.#lists.last(WINDOW) : protectedOne;
    }
    const candidate = this.#candidate;
    if (candidate < 0 || candidate === oldest) return oldest;
    return this.#uses[candidate]! > this.#uses[oldest]! ? oldest : candidate;
  }

  /** Used again: it is protected now, and what was so for the longest time is on probation. */
  #protect(slot: number): void {
    this.#change(slot, PROBATION, PROTECTED);
    if (slot === this.#candidate) this.#candidate = -1;
    while (
      this.#counts[PROTECTED]! > this.#protectedEntries ||
      this.#sizes[PROTECTED]! > this.#protectedBytes
    ) {
      this.#change(this.#lists.last(PROTECTED), PROTECTED, PROBATION);
    }
  }

  #isWindowFull(): boolean {
    const count = this.#counts[WINDOW]!;
    return count > this.#windowEntries || (count > 1 && this.#sizes[WINDOW]! > this.#windowBytes);
  }

  #isHalfFull(): boolean {
    const { maxEntries, maxBytes } = this.#bounds;
    const count = this.#counts[WINDOW]! + this.#counts[PROBATION]! + this.#counts[PROTECTED]!;
    const bytes = this.#sizes[WINDOW]! + this.#sizes[PROBATION]! + this.#sizes[PROTECTED]!;
    return count > maxEntries / 2 || bytes > maxBytes / 2;
  }

  #count(slot: number): void {
    const uses = this.#uses[slot]!;
    if (uses < MAX_FREQUENCY) this.#uses[slot] = uses + 1;
    if (++this.#useCount >= this.#sampleCount) this.#age();
  }

  #age(): void {
    const uses = this.#uses;
    for (let slot = 0; slot < uses.length; slot++) uses[slot] = uses[slot]! >>> 1;
    this.#sketch?.halve();
    this.#useCount >>>= 1;
  }

  #change(slot: number, from: number, to: number): void {
    const bytes = this.#bytes[slot]!;
    this.#lists.move(to, slot);
    this.#segments[slot] = to;
    this.#counts[from]! -= 1;
    this.#counts[to]! += 1;
    this.#sizes[from]! -= bytes;
    this.#sizes[to]! += bytes;
  }

  #enter(segment: number, slot: number): void {
    this.#lists.pushFront(segment, slot);
    this.#segments[slot] = segment;
    this.#counts[segment]! += 1;
    this.#sizes[segment]! += this.#bytes[slot]!;
  }

  #leave(slot: number): void {
    const segment = this.#segments[slot]!;
    this.#lists.remove(slot);
    this.#counts[segment]! -= 1;
    this.#sizes[segment]! -= this.#bytes[slot]!;
  }
}
