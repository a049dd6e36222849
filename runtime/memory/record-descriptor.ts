import { assert } from '../base/assert.js';
import { align8 } from '../base/bits.js';

/**
 * The bytes of one record in a ring.
 *
 * ```
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |           Length (u32, bytes, this header included)           |  +0
 *  +---------------+---------------+-------------------------------+
 *  |   Kind (u8)   |  Flags (u8)   |     Target: creator (u16)     |  +4
 *  +---------------+---------------+-------------------------------+
 *  |                    Target: slot (u32)                         |  +8
 *  +---------------------------------------------------------------+
 *  |                    Target: generation (u32)                   | +12
 *  +---------------------------------------------------------------+
 *  |  Kind's own fields, then payload    ...    aligned to 8 bytes | +16
 *  +---------------------------------------------------------------+
 * ```
 *
 * The length is exact; the next record starts at `align8(length)`. A record is published by the tail
 * (rule R4 of the ring), never by its length. Padding has only the first word and the kind.
 */
export const HEADER_LENGTH = 16;

const LENGTH_OFFSET = 0;
const KIND_OFFSET = 4;
const SLOT_OFFSET = 8;
const GENERATION_OFFSET = 12;

/** Index of the i32 word that holds the length of the record at `offset`. */
export const lengthIndex = (offset: number): number => (offset + LENGTH_OFFSET) >> 2;
/** Index of the i32 word that packs kind, flags and creator. */
export const kindIndex = (offset: number): number => (offset + KIND_OFFSET) >> 2;
/** Index of the i32 word that holds the slot of the target. */
export const slotIndex = (offset: number): number => (offset + SLOT_OFFSET) >> 2;
/** Index of the i32 word that holds the generation of the target. */
export const generationIndex = (offset: number): number => (offset + GENERATION_OFFSET) >> 2;

/** What a record is. The values are part of the layout. */
export const RecordKind = {
  /** Fills the end of the data before a wrap. */
  PADDING: 0,
  /** One envelope: see `ref/envelope-descriptor.ts`. */
  ENVELOPE: 1,
  /** A part of a record that is larger than the ring likes. */
  FRAGMENT: 2,
} as const;

/** Packs the word at +4. `0 <= kind, flags < 2^8`, `0 <= creator < 2^16`. */
export function packKind(kind: number, flags: number, creator: number): number {
  return kind | (flags << 8) | (creator << 16);
}
/** The parts of a word that `packKind` packed. */
export const kindOf = (word: number): number => word & 0xff;
export const flagsOf = (word: number): number => (word >>> 8) & 0xff;
export const creatorOf = (word: number): number => word >>> 16;

/**
 * A fragment: header, then its part of the inner record's bytes. The slot word holds the length of the
 * whole inner record, the generation word the offset of this part in it, so that a receiver who
 * missed the beginning (it died between two parts) knows that it did. The creator field holds the serial
 * of the sending thread, which tells the parts of a sender that died from those of the next one.
 */
export const FRAGMENT_PAYLOAD_OFFSET = HEADER_LENGTH;

/** Bytes that a record of `length` takes in the ring. */
export const recordSpan = (length: number): number => align8(length);

assert(HEADER_LENGTH % 8 === 0, () => 'payloads must be 8-aligned');
assert(GENERATION_OFFSET + 4 === HEADER_LENGTH, () => 'header fields must fill the header');
