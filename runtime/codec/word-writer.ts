import { assert } from '../base/assert.js';
import type { Region } from '../memory/region.js';
import { ARGUMENT_ESCAPE, FULL, TAG_FLOAT64, TAG_INT24, TAG_INT32, tagWord } from './tags.js';

/** f64 values within the 4-aligned stream are copied as two words. */
const number = new Float64Array(1);
const words = new Int32Array(number.buffer);

function outside(region: Region, offset: number, limit: number): void {
  assert(false, () => `record at ${offset} to ${limit} of ${region.byteLength}`);
}

/**
 * The record that is open for writing, and the writing of words and numbers into it. The views of the
 * region are fields of their own: it spares each store a load.
 */
export class WordWriter {
  i32: Int32Array = new Int32Array(0);
  f64: Float64Array = new Float64Array(0);
  bytes: Buffer = Buffer.alloc(0);
  /** No byte at or after it is touched. */
  limit = 0;
  #region: Region | null = null;

  /** Opens the record from `offset` to `limit`. */
  protected turnTo(region: Region, offset: number, limit: number): void {
    // The text by itself: as a closure here it would be made for each record.
    if (offset < 0 || (offset & 7) !== 0 || limit > region.byteLength)
      outside(region, offset, limit);
    if (this.#region !== region) {
      this.#region = region;
      this.i32 = region.i32;
      this.f64 = region.f64;
      this.bytes = region.bytes;
    }
    this.limit = limit;
  }

  /** Writes a tag without argument at the 4-aligned `o`. */
  tag(tag: number, o: number): number {
    if (o + 4 > this.limit) return FULL;
    this.i32[o >> 2] = tag;
    return o + 4;
  }

  /** Writes a tag with an argument of up to 32 bits. */
  head(tag: number, argument: number, o: number): number {
    if (o + 8 > this.limit && (argument >= ARGUMENT_ESCAPE || o + 4 > this.limit)) return FULL;
    if (argument < ARGUMENT_ESCAPE) {
      this.i32[o >> 2] = tagWord(tag, argument);
      return o + 4;
    }
    this.i32[o >> 2] = tagWord(tag, ARGUMENT_ESCAPE);
    this.i32[(o >> 2) + 1] = argument;
    return o + 8;
  }

  /** Writes one plain word. */
  word(word: number, o: number): number {
    if (o + 4 > this.limit) return FULL;
    this.i32[o >> 2] = word;
    return o + 4;
  }

  /** Writes 8 bytes of a number at a 4-aligned offset. */
  double(value: number, o: number): number {
    if (o + 8 > this.limit) return FULL;
    number[0] = value;
    this.i32[o >> 2] = words[0]!;
    this.i32[(o >> 2) + 1] = words[1]!;
    return o + 8;
  }

  /** Writes a number in the least room that keeps it, -0 and NaN included. */
  number(value: number, o: number): number {
    if ((value | 0) !== value || Object.is(value, -0)) {
      const end = this.tag(TAG_FLOAT64, o);
      return end < 0 ? end : this.double(value, end);
    }
    if (o + 4 > this.limit) return FULL;
    if ((value << 8) >> 8 === value) {
      this.i32[o >> 2] = tagWord(TAG_INT24, value);
      return o + 4;
    }
    if (o + 8 > this.limit) return FULL;
    this.i32[o >> 2] = TAG_INT32;
    this.i32[(o >> 2) + 1] = value;
    return o + 8;
  }
}
