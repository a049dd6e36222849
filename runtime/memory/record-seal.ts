import { align8 } from '../base/bits.js';

/**
 * What stands behind a record in a ring whose channel has checksums.
 *
 * ```
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |        Checksum of the record, up to a multiple of 8 bytes    |   +0
 *  +---------------------------------------------------------------+
 *  |              Position of the record in the stream             |   +4
 *  +---------------------------------------------------------------+
 * ```
 *
 * The checksum covers every word of the record, its length and kind among them. One changed word is always
 * found, and of any other damage all but one in 2^32. The position tells a record from one of an earlier lap.
 */
export const SEAL_LENGTH = 8;

const SEED = 0x2545f491;
const PRIME = 0x9e3779b1;

/** For fixed other words the result is another one for each value of a word, so no change of one word is missed. */
function checksum(words: Int32Array, first: number, end: number): number {
  let hash = SEED;
  for (let i = first; i < end; i++) {
    hash = Math.imul(hash ^ words[i]!, PRIME);
    hash ^= hash >>> 15;
  }
  return hash | 0;
}

/** Writes the seal behind a record that is complete, its length word included. */
export function seal(words: Int32Array, offset: number, length: number, position: number): void {
  const end = (offset + align8(length)) >> 2;
  words[end] = checksum(words, offset >> 2, end);
  words[end + 1] = position;
}

/** True when a record is as it was written. */
export function isSealed(
  words: Int32Array,
  offset: number,
  length: number,
  position: number,
): boolean {
  const end = (offset + align8(length)) >> 2;
  return words[end] === checksum(words, offset >> 2, end) && words[end + 1] === position;
}
