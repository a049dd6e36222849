import { deepStrictEqual } from 'node:assert/strict';
import t from 'tap';
import { TAG_POOLED_BYTES, tagWord } from '../../runtime/codec/tags.js';
import { Line } from './round-trip.js';

const line = new Line();

function pooled(text: string): Buffer {
  const buffer = Buffer.allocUnsafe(text.length);
  buffer.write(text);
  return buffer;
}

t.test('a pooled Buffer is its length and its bytes, in place', async (t) => {
  t.same(
    [...line.bytesOf(pooled('ring!'))],
    [TAG_POOLED_BYTES, 5, 0, 0, 0, 0, 0, 0, ...Buffer.from('ring!')],
    'no table of buffers stands behind the message',
  );
});

t.test(
  'its bytes are 8-aligned wherever it stands, so that they are copied by words',
  async (t) => {
    for (let before = 0; before < 8; before++) {
      const numbers = Array.from({ length: before }, (_, i) => i);
      const bytes = line.bytesOf([...numbers, pooled('ALIGNED!')]);
      const at = Buffer.from(bytes).indexOf('ALIGNED!');
      t.ok(at > 0 && at % 8 === 0, `after ${before} numbers: at ${at}`);
      t.same(line.send([...numbers, pooled('ALIGNED!'), 1]), [...numbers, pooled('ALIGNED!'), 1]);
    }
  },
);

t.test('pooled Buffers of any length arrive in the pool of the receiver', async (t) => {
  for (const length of [0, 1, 3, 4, 1023, 1024, 4095]) {
    const bytes = Buffer.allocUnsafe(length).fill(length & 0xff);
    const got = line.send({ before: 1, bytes, after: 'x' }) as { bytes: Buffer; after: string };
    deepStrictEqual(got.bytes, bytes, `${length} bytes`);
    t.equal(got.after, 'x', 'what follows is where it belongs');
    if (length > 0) t.equal(got.bytes.buffer.byteLength, Buffer.allocUnsafe(1).buffer.byteLength);
  }
});

t.test('a pooled Buffer that is in a message twice is one Buffer there', async (t) => {
  const bytes = pooled('once');
  const got = line.send([bytes, { bytes }, pooled('once')]) as [Buffer, { bytes: Buffer }, Buffer];
  t.equal(got[0], got[1].bytes);
  t.not(got[0], got[2]);
});

t.test('a Buffer over shared memory of the size of a pool shares its memory still', async (t) => {
  const shared = new SharedArrayBuffer(Buffer.poolSize);
  const got = line.send(Buffer.from(shared, 8, 4)) as Buffer;
  new Uint8Array(shared)[8] = 77;
  t.equal(got[0], 77);
});

t.test('a length beyond the end of the message is damage', async (t) => {
  const { region } = line;
  const end = line.encoder.encode(pooled('abcd'), region, 0, region.byteLength);
  region.i32[0] = tagWord(TAG_POOLED_BYTES, 4096);
  t.throws(() => line.decoder.decode(region, 0, end), { code: 'ERR_DAMAGED' });
});
