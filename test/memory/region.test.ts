import t from 'tap';
import { InvariantError } from '../../runtime/base/assert.js';
import { Region } from '../../runtime/memory/region.js';

t.test('the three views of a region show the same bytes', async (t) => {
  const memory = new SharedArrayBuffer(64);
  const region = new Region(memory, 16, 32);
  t.equal(region.byteLength, 32);
  t.equal(region.bytes.length, 32);
  t.equal(region.i32.length, 8);
  t.equal(region.f64.length, 4);
  region.i32[1] = 0x01020304;
  t.equal(region.bytes.toString('hex', 0, 8), '0000000004030201', 'little endian');
  region.f64[2] = 1;
  t.equal(region.bytes.toString('hex', 16, 24), '000000000000f03f');
  region.bytes.write('é', 24);
  t.equal(new Uint8Array(memory)[16 + 24], 0xc3, 'offsets count from the start of the region');
});

t.test('a region without a length reaches to the end of its memory', async (t) => {
  t.equal(new Region(new SharedArrayBuffer(64)).byteLength, 64);
  t.equal(new Region(new SharedArrayBuffer(64), 40).byteLength, 24);
});

t.test('a region of broken words is refused', async (t) => {
  t.throws(() => new Region(new ArrayBuffer(64), 4, 8), InvariantError);
  t.throws(() => new Region(new ArrayBuffer(64), 8, 12), InvariantError);
  t.throws(() => new Region(new ArrayBuffer(60)), InvariantError);
});

t.test('a region cannot reach beyond its memory', async (t) => {
  t.throws(() => new Region(new ArrayBuffer(64), 8, 64), RangeError);
});

t.test('an allocated region has at least the asked bytes, all zero', async (t) => {
  for (const [asked, given] of [
    [0, 0],
    [1, 8],
    [8, 8],
    [9, 16],
  ] as const) {
    const region = Region.allocate(asked);
    t.equal(region.byteLength, given);
    t.ok(region.bytes.every((byte) => byte === 0));
  }
});
