import { hash32 } from '../hash.js';

/**
 * What each key is hashed to, 32 bits, unsigned. The seed is fixed: every thread, process and version of the
 * package places a key alike, and changing it would move nearly every key.
 */
export function placementHash(text: string): number {
  return mix32(hash32(text) ^ PLACEMENT_SEED);
}

/** Spreads the bits of a hash again: a second hash of the same key. A bijection of 32 bits. */
export function mix32(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

const PLACEMENT_SEED = 0x5bd1e995;
