import { ARGUMENT_ESCAPE, FULL, TAG_STRING_8, TAG_STRING_16, tagWord } from './tags.js';

/** Functions of Node's Buffer that its types leave out: one call each, no encoding name to parse. */
interface NativeStrings {
  latin1Write(text: string, offset: number, length: number): number;
  utf8Write(text: string, offset: number, length: number): number;
  ucs2Write(text: string, offset: number, length: number): number;
  latin1Slice(start: number, end: number): string;
  ucs2Slice(start: number, end: number): string;
}

/** Where strings are written: the open record of a message. */
export interface StringTarget {
  readonly bytes: Buffer;
  readonly i32: Int32Array;
  readonly limit: number;
}

/** Up to this length a loop in JavaScript beats one call into C++. */
const SHORT_WRITE_LENGTH = 14;

/** A UTF-8 character takes at most this many bytes. */
const MAX_UTF8_BYTES = 4;

/**
 * Writes the characters of `text` at `offset` and its tag word into `i32[wordIndex]`. One byte a unit
 * if all are below 256, else two; lone surrogates survive.
 * @returns the end, unaligned, or FULL
 */
export function writeString(
  target: StringTarget,
  text: string,
  wordIndex: number,
  offset: number,
): number {
  const length = text.length;
  if (length > SHORT_WRITE_LENGTH) return writeLong(target, text, wordIndex, offset);
  if (offset + length > target.limit) return FULL;
  const bytes = target.bytes;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0xff) return writeUnits(target, text, wordIndex, offset);
    bytes[offset + i] = unit;
  }
  target.i32[wordIndex] = tagWord(TAG_STRING_8, length);
  return offset + length;
}

function writeUnits(target: StringTarget, text: string, wordIndex: number, offset: number): number {
  const end = offset + text.length * 2;
  if (end > target.limit) return FULL;
  writeWide(target.bytes, text, offset);
  target.i32[wordIndex] = tagWord(TAG_STRING_16, text.length);
  return end;
}

function writeWide(bytes: Buffer, text: string, offset: number): void {
  let at = offset;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[at++] = unit;
    bytes[at++] = unit >>> 8;
  }
}

function writeLong(target: StringTarget, text: string, wordIndex: number, at: number): number {
  const length = text.length;
  const native = target.bytes as Buffer & NativeStrings;
  let offset = at;
  if (length >= ARGUMENT_ESCAPE) {
    if (offset + 4 + length > target.limit) return FULL;
    target.bytes.writeUInt32LE(length, offset);
    offset += 4;
  }
  const argument = Math.min(length, ARGUMENT_ESCAPE);
  if (offset + length > target.limit) return FULL;
  if (offset + length + MAX_UTF8_BYTES <= target.limit) {
    // ASCII alone takes one byte a character: with room for one character more than
    // `length`, anything else is seen by the count.
    if (native.utf8Write(text, offset, length + MAX_UTF8_BYTES) === length) {
      target.i32[wordIndex] = tagWord(TAG_STRING_8, argument);
      return offset + length;
    }
  }
  if (isLatin1(text)) {
    native.latin1Write(text, offset, length);
    target.i32[wordIndex] = tagWord(TAG_STRING_8, argument);
    return offset + length;
  }
  if (offset + length * 2 > target.limit) return FULL;
  native.ucs2Write(text, offset, length * 2);
  target.i32[wordIndex] = tagWord(TAG_STRING_16, argument);
  return offset + length * 2;
}

/** True when each unit of `text` fits one byte. */
export function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}

/** Writes characters alone, `unitBytes` (1 or 2) each; the caller checked the room. */
export function writeCharacters(
  bytes: Buffer,
  text: string,
  offset: number,
  unitBytes: number,
): void {
  if (unitBytes === 1) (bytes as Buffer & NativeStrings).latin1Write(text, offset, text.length);
  else writeWide(bytes, text, offset);
}

/** Reads two-byte characters at any offset; the caller checked the bounds. */
export function readWide(bytes: Buffer, offset: number, length: number): string {
  return (bytes as Buffer & NativeStrings).ucs2Slice(offset, offset + length * 2);
}

const char = String.fromCharCode;

/** Reads one-byte characters; the caller checked the bounds. Short strings avoid the call into C++. */
export function readLatin1(b: Buffer, o: number, length: number): string {
  switch (length) {
    case 0:
      return '';
    case 1:
      return char(b[o]!);
    case 2:
      return char(b[o]!, b[o + 1]!);
    case 3:
      return char(b[o]!, b[o + 1]!, b[o + 2]!);
    case 4:
      return char(b[o]!, b[o + 1]!, b[o + 2]!, b[o + 3]!);
    case 5:
      return char(b[o]!, b[o + 1]!, b[o + 2]!, b[o + 3]!, b[o + 4]!);
    case 6:
      return char(b[o]!, b[o + 1]!, b[o + 2]!, b[o + 3]!, b[o + 4]!, b[o + 5]!);
    case 7:
      return char(b[o]!, b[o + 1]!, b[o + 2]!, b[o + 3]!, b[o + 4]!, b[o + 5]!, b[o + 6]!);
    case 8:
      return octet(b, o);
    case 9:
      return octet(b, o) + char(b[o + 8]!);
    case 10:
      return octet(b, o) + char(b[o + 8]!, b[o + 9]!);
    default:
      return (b as Buffer & NativeStrings).latin1Slice(o, o + length);
  }
}

function octet(b: Buffer, o: number): string {
  return char(b[o]!, b[o + 1]!, b[o + 2]!, b[o + 3]!, b[o + 4]!, b[o + 5]!, b[o + 6]!, b[o + 7]!);
}
