import { crc32 } from 'node:zlib';

/** Fewer bytes than these cost less here than the call out of JavaScript, which takes as long as about so many. */
const FEW_BYTES = 96;

/** What a byte does to a CRC-32 (IEEE, reflected) when 0, 1, 2 or 3 bytes follow it ("slicing by 4"). */
const [TABLE_0, TABLE_1, TABLE_2, TABLE_3] = makeTables();

/** The CRC-32 of bytes. */
export function crcOf(bytes: Uint8Array): number {
  return crcWith(0, bytes);
}

/** The CRC-32 of bytes that go on after a beginning of which it is known. @param from the first of them */
export function crcWith(beginning: number, bytes: Uint8Array, from = 0): number {
  if (bytes.length - from < FEW_BYTES) return fewWith(beginning, bytes, from);
  return crc32(from === 0 ? bytes : bytes.subarray(from), beginning);
}

function fewWith(beginning: number, bytes: Uint8Array, from: number): number {
  const end = bytes.length;
  let crc = ~beginning;
  let i = from;
  for (; i + 4 <= end; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      TABLE_3[crc & 0xff]! ^
      TABLE_2[(crc >>> 8) & 0xff]! ^
      TABLE_1[(crc >>> 16) & 0xff]! ^
      TABLE_0[crc >>> 24]!;
  }
  for (; i < end; i++) crc = TABLE_0[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function makeTables(): readonly [Int32Array, Int32Array, Int32Array, Int32Array] {
  const one = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    return crc;
  });
  const next = (table: Int32Array): Int32Array =>
    table.map((crc) => one[crc & 0xff]! ^ (crc >>> 8));
  const two = next(one);
  const three = next(two);
  return [one, two, three, next(three)];
}
