import { assert } from '../base/assert.js';
import { ALIGNMENT_BYTES, CACHE_LINE_BYTES } from '../base/bits.js';

/**
 * Layout of a dictionary: an area that only grows, written by one thread and read by any.
 *
 * ```
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                    Magic, 0 while never used                  |
 *  +---------------------------------------------------------------+
 *  |            Published length, from the start of the area       |
 *  +---------------------------------------------------------------+
 *  |                  unused, to the end of the cache line        ...
 *  +===============================================================+
 *  |                 Entry length, a multiple of 4                 |
 *  +---------------+---------------+-------------------------------+
 *  |  1 = shape    |       0       |          count of fields      |
 *  +---------------+---------------+-------------------------------+  of each field:
 *  |     kind      | bytes a unit  |     length of key in units    |
 *  +---------------+---------------+-------------------------------+
 *  |              key, filled up with zeros to 4 bytes            ...
 *  +===============================================================+
 *  |                 Entry length, a multiple of 4                 |
 *  +---------------+---------------+-------------------------------+
 *  |  2 = string   | bytes a unit  |        length in units        |
 *  +---------------+---------------+-------------------------------+
 *  |            string, filled up with zeros to 4 bytes           ...
 *  +---------------------------------------------------------------+
 * ```
 *
 * Shapes and strings are numbered apart, each from 0 in order of entry. The writer alone stores the
 * published length, by `Atomics.store` after the entry is complete; readers load it by `Atomics.load`.
 * An entry that its writer did not live to publish is overwritten by the next writer.
 */
export const DICTIONARY_MAGIC = 0x31544344;

const MAGIC_OFFSET = 0;
const LENGTH_OFFSET = MAGIC_OFFSET + 4;

/** Index of the magic word in the area's i32. */
export const MAGIC_INDEX = MAGIC_OFFSET >> 2;
/** Index of the published length in the area's i32. */
export const LENGTH_INDEX = LENGTH_OFFSET >> 2;
/** Where the first entry starts. */
export const ENTRIES_OFFSET = CACHE_LINE_BYTES;
/** The smallest area that makes sense. */
export const MIN_DICTIONARY_BYTES = 2 * CACHE_LINE_BYTES;

/** Shapes a dictionary holds at most. */
export const MAX_SHAPE_COUNT = 4096;
/** Strings a dictionary holds at most. */
export const MAX_STRING_COUNT = 16_384;

/** Kinds of entries: a shape, and a string. */
export const ENTRY_SHAPE = 1;
export const ENTRY_STRING = 2;

/** Bytes of the head of an entry, and of the head of a field within a shape. */
export const ENTRY_HEAD_BYTES = 8;
export const FIELD_HEAD_BYTES = 4;

/** Index of the word that holds the length of the entry at `offset`. */
export function entryLengthIndex(offset: number): number {
  return offset >> 2;
}

/** Index of the head word of the entry at `offset`. */
export function entryHeadIndex(offset: number): number {
  return (offset + 4) >> 2;
}

/** The head word of an entry or a field: two small numbers and a length. */
export function headWord(kind: number, unitBytes: number, length: number): number {
  return kind | (unitBytes << 8) | (length << 16);
}

/** The kind in the head of a field. */
export function headKind(word: number): number {
  return word & 0xff;
}

/** Bytes of one character of its key: 1 or 2. */
export function headUnitBytes(word: number): number {
  return (word >>> 8) & 0xff;
}

/** Characters of its key. */
export function headLength(word: number): number {
  return word >>> 16;
}

assert(ENTRIES_OFFSET % ALIGNMENT_BYTES === 0, () => 'entries start 8-aligned');
assert(
  LENGTH_OFFSET + 4 <= ENTRIES_OFFSET && ENTRIES_OFFSET < MIN_DICTIONARY_BYTES,
  () => 'the head of a dictionary ends before its entries',
);
assert(headLength(headWord(255, 255, 65_535)) === 65_535, () => 'lengths are unsigned');
