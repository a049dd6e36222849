import { types } from 'node:util';
import { damaged } from './damaged.js';
import type { Site } from './site.js';
import {
  FULL,
  TAG_BIGINT,
  TAG_BIGINT64,
  TAG_BOXED,
  TAG_DATE,
  TAG_REGEXP,
  tagWord,
} from './tags.js';
import type { ValueReader } from './value-reader.js';
import type { ValueWriter } from './value-writer.js';

const integer = new BigInt64Array(1);
const words = new Int32Array(integer.buffer);

/** Writes a bigint: 8 bytes if it fits them, else sign and magnitude in hex. */
export function writeBigint(w: ValueWriter, value: bigint, o: number, site: Site): number {
  if (BigInt.asIntN(64, value) === value) {
    if (o + 12 > w.limit) return FULL;
    integer[0] = value;
    w.i32[o >> 2] = TAG_BIGINT64;
    w.i32[(o >> 2) + 1] = words[0]!;
    w.i32[(o >> 2) + 2] = words[1]!;
    return o + 12;
  }
  const negative = value < 0n;
  const end = w.word(tagWord(TAG_BIGINT, negative ? 1 : 0), o);
  return end < 0 ? end : w.value((negative ? -value : value).toString(16), end, site, 'bigint');
}

/** Reads a bigint of up to 64 bits. */
export function readBigint64(r: ValueReader): bigint {
  words[0] = r.word();
  words[1] = r.word();
  return integer[0]!;
}

/** Reads a larger bigint. */
export function readBigint(r: ValueReader, sign: number): bigint {
  const hex = r.text();
  if (!/^[0-9a-f]+$/.test(hex)) throw damaged('a bigint that is not hex');
  const magnitude = BigInt(`0x${hex}`);
  return sign === 1 ? -magnitude : magnitude;
}

/** Writes a Date; an invalid one stays invalid. */
export function writeDate(w: ValueWriter, date: Date, o: number): number {
  const end = w.tag(TAG_DATE, o);
  return end < 0 ? end : w.double(Date.prototype.getTime.call(date), end);
}

/** `lastIndex` arrives as 0, as from structured clone. */
export function writeRegexp(w: ValueWriter, regexp: RegExp, o: number, site: Site): number {
  let end = w.tag(TAG_REGEXP, o);
  if (end >= 0) end = w.value(regexp.source, end, site, 'source');
  return end < 0 ? end : w.value(regexp.flags, end, site, 'flags');
}

/** Reads a RegExp; its lastIndex is 0, as after structuredClone. */
export function readRegexp(r: ValueReader): RegExp {
  const source = r.text();
  const result = new RegExp(source, r.text());
  r.add(result);
  return result;
}

/** Writes a boxed number, string, boolean or bigint. */
export function writeBoxed(w: ValueWriter, boxed: object, o: number, site: Site): number {
  const end = w.tag(TAG_BOXED, o);
  return end < 0 ? end : w.value(unboxed(boxed), end, site, 'valueOf()');
}

function unboxed(boxed: object): unknown {
  if (types.isNumberObject(boxed)) return Number.prototype.valueOf.call(boxed);
  if (types.isStringObject(boxed)) return String.prototype.valueOf.call(boxed);
  if (types.isBooleanObject(boxed)) return Boolean.prototype.valueOf.call(boxed);
  return BigInt.prototype.valueOf.call(boxed);
}

/** Reads a boxed primitive. */
export function readBoxed(r: ValueReader): object {
  const index = r.add(null);
  const primitive = r.value();
  if (primitive === null || primitive === undefined || typeof primitive === 'object') {
    throw damaged('a boxed value that is not a primitive');
  }
  const result: object = Object(primitive);
  r.replace(index, result);
  return result;
}
