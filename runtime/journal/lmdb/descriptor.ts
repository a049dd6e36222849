import { crcOf, crcWith } from './checksum.js';

/**
 * The layout of a store, in one place. All numbers are big-endian, so that the order of bytes is that of numbers;
 * u48 counts to 2^48. Names are UTF-8 without U+0000. Every value begins with the CRC-32 (IEEE) of its key
 * followed by the value with zeros in place of the checksum, so that a record in the wrong place is damaged too.
 *
 *     key                                        value
 *     01                                         crc, u32 magic, u16 format
 *     02                                         crc, owner (serialized): who may write
 *     02 token                                   crc: the owner of that token was replaced
 *     03 stream 00                               crc, u48 version, u48 first, u48 epoch, u8 flags
 *     04 stream 00 u48 version                   crc, u48 position, record (serialized)
 *     05 u48 last position                       crc, u48 first position, then runs:
 *                                                  u16 length, stream, u48 first version, u32 count
 *     06 table 00 key                            crc, value (serialized)
 *
 * 03 is there for streams that were truncated, closed or fenced; otherwise the head of a stream is known from its
 * last record. 05 is written once a commit: the order of commits, from which the records are found.
 */
export const Kind = {
  HEADER: 1,
  OWNER: 2,
  HEAD: 3,
  RECORD: 4,
  COMMIT: 5,
  VALUE: 6,
} as const;

/** The format that this code writes, and the newest that it reads. */
export const FORMAT = 1;

/** `TRPJ`. */
export const MAGIC = 0x5452504a;

/** The largest u48. */
export const MAX_U48 = 2 ** 48 - 1;

/** Where the content of a value begins, after its checksum. */
export const CONTENT = 4;

/** Where the serialized record begins: after checksum and position. */
export const RECORD_CONTENT = CONTENT + 6;

const TOMBSTONE = 1;

/**
 * Writes a u48, as `writeUIntBE`, which checks its arguments at each of very many calls.
 * @param value an integer from 0 to {@link MAX_U48} @returns where the next byte goes
 */
export function writeU48(bytes: Uint8Array, value: number, offset: number): number {
  const high = Math.floor(value / 2 ** 32);
  const low = value % 2 ** 32;
  bytes[offset] = high >>> 8;
  bytes[offset + 1] = high;
  return writeU32(bytes, low, offset + 2);
}

/** Writes a u32, as {@link writeU48}. */
export function writeU32(bytes: Uint8Array, value: number, offset: number): number {
  bytes[offset] = value >>> 24;
  bytes[offset + 1] = value >>> 16;
  bytes[offset + 2] = value >>> 8;
  bytes[offset + 3] = value;
  return offset + 4;
}

/** The key of a thing of which there is one. */
export function singleKey(kind: number): Buffer {
  return Buffer.of(kind);
}

/** The key that is there once the owner of a token may write no more. */
export function fenceKey(token: string): Buffer {
  return Buffer.concat([singleKey(Kind.OWNER), Buffer.from(token)]);
}

/** The key of the head of a stream, or of the entries of a table without their own key. */
export function nameKey(kind: number, name: string): Buffer {
  const key = Buffer.allocUnsafe(Buffer.byteLength(name) + 2);
  key[0] = kind;
  key[key.write(name, 1) + 1] = 0;
  return key;
}

/** The key of a record. */
export function recordKey(stream: string, version: number): Buffer {
  return recordKeyAt(nameKey(Kind.RECORD, stream), version);
}

/** The key of a record. @param prefix the key without the version: the `nameKey` of its stream */
export function recordKeyAt(prefix: Uint8Array, version: number): Buffer {
  const key = Buffer.allocUnsafe(prefix.length + 6);
  key.set(prefix);
  writeU48(key, Math.min(version, MAX_U48), prefix.length);
  return key;
}

/** The version in the key of a record. */
export function versionIn(key: Uint8Array): number {
  return asBuffer(key).readUIntBE(key.length - 6, 6);
}

/** The key of the commit whose last record has this position. */
export function commitKey(position: number): Buffer {
  const key = Buffer.allocUnsafe(7);
  key[0] = Kind.COMMIT;
  writeU48(key, Math.min(position, MAX_U48), 1);
  return key;
}

/** The position in the key of a commit. */
export function positionIn(key: Uint8Array): number {
  return asBuffer(key).readUIntBE(1, 6);
}

/** The key of an entry of a table. */
export function valueKey(table: string, key: string): Buffer {
  return Buffer.concat([nameKey(Kind.VALUE, table), Buffer.from(key)]);
}

/** Writes the checksum of a value whose content is complete. @param keyCrc the checksum of its key, if it is known */
export function seal(key: Uint8Array, value: Buffer, keyCrc: number = crcOf(key)): Buffer {
  // Not `fill`, a call out of JavaScript for each record.
  value[0] = value[1] = value[2] = value[3] = 0;
  writeU32(value, crcWith(keyCrc, value), 0);
  return value;
}

/** True when a value, which is the caller's own, is what was written under this key. */
export function isSound(key: Uint8Array, value: Uint8Array): boolean {
  if (value.length < CONTENT) return false;
  const buffer = asBuffer(value);
  const checksum = buffer.readUInt32BE(0);
  buffer.fill(0, 0, CONTENT);
  const isEqual = crcWith(crcOf(key), buffer) === checksum;
  buffer.writeUInt32BE(checksum, 0);
  return isEqual;
}

/** The same bytes as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The value of the header. */
export function headerValue(key: Uint8Array): Buffer {
  const value = Buffer.alloc(CONTENT + 6);
  value.writeUInt32BE(MAGIC, CONTENT);
  value.writeUInt16BE(FORMAT, CONTENT + 4);
  return seal(key, value);
}

/** What is stored of the head of a stream. */
export interface StoredHead {
  version: number;
  first: number;
  epoch: number;
  isTombstoned: boolean;
}

/** The value of a head. */
export function headValue(key: Uint8Array, head: StoredHead): Buffer {
  const value = Buffer.allocUnsafe(CONTENT + 19);
  value.writeUIntBE(head.version, CONTENT, 6);
  value.writeUIntBE(head.first, CONTENT + 6, 6);
  value.writeUIntBE(head.epoch, CONTENT + 12, 6);
  value[CONTENT + 18] = head.isTombstoned ? TOMBSTONE : 0;
  return seal(key, value);
}

/** Reads the value of a head. */
export function headIn(value: Uint8Array): StoredHead {
  const buffer = asBuffer(value);
  return {
    version: buffer.readUIntBE(CONTENT, 6),
    first: buffer.readUIntBE(CONTENT + 6, 6),
    epoch: buffer.readUIntBE(CONTENT + 12, 6),
    isTombstoned: (buffer[CONTENT + 18]! & TOMBSTONE) !== 0,
  };
}
