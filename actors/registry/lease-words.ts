import type { Beats } from './lease-table.js';
import {
  EPOCH_INDEX,
  GENERATION_INDEX,
  leaseWordsLength,
  slotCountOf,
  slotGenerationIndex,
  slotMomentIndex,
} from './lease-words-descriptor.js';

/** Shared memory for the heartbeats of so many leases. */
export function newLeaseMemory(slotCount: number): SharedArrayBuffer {
  return new SharedArrayBuffer(leaseWordsLength(slotCount));
}

/**
 * The heartbeats of all leases. Monotonic time of all threads has one origin, so a moment means the same
 * everywhere. A lease of any length works: moments are compared with the present one at each sweep.
 *
 * @thread `beat`: any; all others: the registry's
 */
export class LeaseWords implements Beats {
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  /** A registry starts: all leases of earlier ones are void. @returns how many started before it */
  begin(): { readonly epoch: number; readonly generation: number } {
    const slotCount = slotCountOf(this.#words.byteLength);
    for (let slot = 0; slot < slotCount; slot++) this.close(slot);
    return {
      epoch: Atomics.add(this.#words, EPOCH_INDEX, 1),
      generation: Atomics.load(this.#words, GENERATION_INDEX),
    };
  }

  open(slot: number, generation: number, nowMs: number): void {
    Atomics.store(this.#words, GENERATION_INDEX, generation);
    Atomics.store(this.#words, slotGenerationIndex(slot), generation);
    Atomics.store(this.#words, slotMomentIndex(slot), nowMs | 0);
  }

  close(slot: number): void {
    Atomics.store(this.#words, slotGenerationIndex(slot), 0);
  }

  /** Renews a lease. @returns false when it is over: register again */
  beat(slot: number, generation: number, nowMs: number): boolean {
    const words = this.#words;
    const momentIndex = slotMomentIndex(slot);
    const now = nowMs | 0;
    for (;;) {
      const seen = Atomics.load(words, momentIndex);
      if (Atomics.load(words, slotGenerationIndex(slot)) !== generation) return false;
      if (((now - seen) | 0) <= 0) return true;
      if (Atomics.compareExchange(words, momentIndex, seen, now) === seen) return true;
    }
  }

  lastBeatMs(slot: number, nowMs: number): number {
    const ageMs = ((nowMs | 0) - Atomics.load(this.#words, slotMomentIndex(slot))) | 0;
    return nowMs - Math.max(0, ageMs);
  }
}
