import { crc32 } from 'node:zlib';
import t from 'tap';
import { crcOf, crcWith } from '#runtime/journal/lmdb/checksum.js';

/** Bytes with all values in them, not in their order. */
const BYTES = Uint8Array.from({ length: 600 }, (_, i) => (i * 167 + (i >> 8) * 13) & 0xff);

t.test('a checksum is the CRC-32 of zlib, whatever the length and the place of the bytes', (t) => {
  t.equal(crcOf(Buffer.from('123456789')), 0xcbf43926, 'the check value of CRC-32/ISO-HDLC');
  t.equal(crcOf(new Uint8Array(0)), 0);
  for (let length = 0; length <= BYTES.length; length++) {
    const bytes = BYTES.subarray(length % 7, (length % 7) + length);
    if (crcOf(bytes) !== crc32(bytes)) t.fail(`${length} bytes`);
  }
  t.end();
});

t.test('a checksum goes on from that of a beginning, wherever it ends', (t) => {
  for (const length of [1, 6, 23, 95, 96, 97, 250]) {
    const bytes = BYTES.subarray(300, 300 + length);
    for (let from = 0; from <= length; from++) {
      const beginning = crc32(bytes.subarray(0, from));
      if (crcWith(beginning, bytes, from) !== crc32(bytes)) t.fail(`${from} of ${length}`);
      const rest = crc32(bytes.subarray(from), beginning);
      if (crcWith(beginning, bytes.subarray(from)) !== rest) t.fail(`${from} before the rest`);
    }
  }
  t.end();
});
