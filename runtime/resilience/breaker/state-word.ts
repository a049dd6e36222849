import { assert } from '../../base/assert.js';
import { type BreakerState, STREAK_MAX } from './breaker-state.js';
import type { Phase } from './phase.js';

/**
 * A breaker's state in one word of shared memory, which changes by compare-and-exchange only. So every thread
 * sees a whole state, and one that dies at any moment leaves none behind half-written.
 *
 * ```
 *  63                                  30 29        19 18  15 14 12 11  9 8   6 5   3 2   0
 * +--------------------------------------+------------+------+-----+-----+-----+-----+-----+
 * | atMs - origin, in units of 8 ms      | generation |streak|slow |fail.|settl|issue|phase|
 * +--------------------------------------+------------+------+-----+-----+-----+-----+-----+
 * ```
 *
 * The word after it holds the origin, in milliseconds of the clock; it never changes. 34 bits of 8 ms are 4.3 years
 * from there on; a later moment is written as the last one. `atMs` is rounded up, so nothing is ever early.
 */
export const STATE_WORD = 0;
export const ORIGIN_WORD = 1;
/** Bytes of the shared memory of a breaker. */
export const SHARED_BREAKER_BYTES = 16;

/** Permits are counted in three bits. */
export const SHARED_PERMITS_MAX = 7;
/** Generations of a shared breaker begin again after so many; a call would have to last that long. */
export const SHARED_GENERATION_MASK = 0x7ff;

const TIME_UNIT_MS = 8;
const TIME_MAX = 2 ** 34 - 1;
const LOW_BITS = 30;
assert(STREAK_MAX < 16, () => 'a streak has four bits');

/** The state as a word. */
export function packState(state: BreakerState, originMs: number): bigint {
  const { phase, issued, settled, failed, slow, streak, generation, atMs } = state;
  const low =
    phase |
    (issued << 3) |
    (settled << 6) |
    (failed << 9) |
    (slow << 12) |
    (streak << 15) |
    ((generation & SHARED_GENERATION_MASK) << 19);
  const units = Math.ceil(Math.max(0, atMs - originMs) / TIME_UNIT_MS);
  const word = (BigInt(Math.min(TIME_MAX, units)) << BigInt(LOW_BITS)) | BigInt(low);
  return BigInt.asIntN(64, word);
}

/** The state of a word. */
export function unpackState(word: bigint, originMs: number): BreakerState {
  const unsigned = BigInt.asUintN(64, word);
  const low = Number(unsigned & ((1n << BigInt(LOW_BITS)) - 1n));
  const units = Number(unsigned >> BigInt(LOW_BITS));
  return {
    phase: (low & 7) as Phase,
    generation: low >> 19,
    atMs: originMs + units * TIME_UNIT_MS,
    streak: (low >> 15) & 15,
    issued: (low >> 3) & 7,
    settled: (low >> 6) & 7,
    failed: (low >> 9) & 7,
    slow: (low >> 12) & 7,
  };
}
