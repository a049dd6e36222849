import { assert } from '../base/assert.js';

/**
 * The tag word that opens every value. Values are 4-aligned; numbers are little endian.
 *
 * ```
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-----------------------------------------------+
 * |      tag      |                   argument                    |
 * +---------------+-----------------------------------------------+
 * |                  payload of the tag, see below               ...
 * ```
 *
 * | tag | argument | payload |
 * |---|---|---|
 * | UNDEFINED NULL TRUE FALSE | 0 | |
 * | INT24 | the integer, signed | |
 * | INT32 / FLOAT64 | 0 | 4 / 8 bytes |
 * | BIGINT64 / BIGINT | 0 / 1 when negative | 8 bytes / the magnitude in hex, a string value |
 * | STRING_REF | string id | |
 * | STRING_8 / STRING_16 | length in units | 1 / 2 bytes a unit |
 * | SHAPE | shape id | fixed section, characters, values: see shape.ts |
 * | OBJECT | count | count x (key, value) |
 * | ARRAY | length | length values |
 * | SPARSE_ARRAY | 0 | length u32, count u32, count x (key, value) |
 * | MAP / SET | count | count x (key, value) / count values |
 * | BACK_REFERENCE | index of an object met before, the root being 0 | |
 * | DATE | 0 | 8 bytes, ms since 1970 or NaN |
 * | REGEXP | 0 | source, flags: string values |
 * | BOXED | 0 | the primitive |
 * | BUFFERS | 0 | start of the buffer table u32, from the start of the message; then a value follows |
 * | BUFFER | index in the buffer table | |
 * | VIEW | type of view | buffer index, byte offset, length in elements: u32 each |
 * | ERROR | class | see errors.ts |
 * | EXTENSION | 0 | name, plain form: values |
 * | ATTACHMENT | index of the attachment | |
 * | POOLED_BYTES | length in bytes | the bytes, at the next multiple of 8 |
 *
 * An argument that does not fit 24 bits is {@link ARGUMENT_ESCAPE}, and the u32 that follows holds it.
 * Zero is no tag: zeroed memory is not a message.
 */
export const TAG_UNDEFINED = 1;
export const TAG_NULL = 2;
export const TAG_TRUE = 3;
export const TAG_FALSE = 4;
export const TAG_INT24 = 5;
export const TAG_INT32 = 6;
export const TAG_FLOAT64 = 7;
export const TAG_BIGINT64 = 8;
export const TAG_BIGINT = 9;
export const TAG_STRING_REF = 10;
export const TAG_STRING_8 = 11;
export const TAG_STRING_16 = 12;
export const TAG_SHAPE = 13;
export const TAG_OBJECT = 14;
export const TAG_ARRAY = 15;
export const TAG_SPARSE_ARRAY = 16;
export const TAG_MAP = 17;
export const TAG_SET = 18;
export const TAG_BACK_REFERENCE = 19;
export const TAG_DATE = 20;
export const TAG_REGEXP = 21;
export const TAG_BOXED = 22;
export const TAG_BUFFERS = 23;
export const TAG_BUFFER = 24;
export const TAG_VIEW = 25;
export const TAG_ERROR = 26;
export const TAG_EXTENSION = 27;
export const TAG_ATTACHMENT = 28;
export const TAG_POOLED_BYTES = 29;

/** The argument that says: read the next word instead. */
export const ARGUMENT_ESCAPE = 0xffffff;

/** What an encoding step returns instead of an end offset when the room does not suffice. */
export const FULL = -1;

/** What the encoder of a shape returns when the value is not of that shape; nothing was written. */
export const MISS = -2;

/** A tag word. `0 <= argument <= ARGUMENT_ESCAPE`. */
export function tagWord(tag: number, argument: number): number {
  return tag | (argument << 8);
}

/** The tag of a tag word. */
export function tagOf(word: number): number {
  return word & 0xff;
}

/** Rounds up to the next multiple of 4, where the next value starts. */
export function align4(offset: number): number {
  return (offset + 3) & ~3;
}

assert(
  new Uint8Array(new Uint32Array([TAG_INT24]).buffer)[0] === TAG_INT24,
  () => 'the layouts of the codec are little endian; this machine is not',
);
