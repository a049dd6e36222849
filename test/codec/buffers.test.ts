import { deepStrictEqual } from 'node:assert/strict';
import t from 'tap';
import { Line } from './round-trip.js';

interface Resizable extends ArrayBuffer {
  resize(byteLength: number): void;
}
const ResizableBuffer = ArrayBuffer as unknown as new (
  byteLength: number,
  options: { maxByteLength: number },
) => Resizable;

const line = new Line();

t.test('views of every type arrive with their elements', async (t) => {
  const bytes = Uint8Array.from({ length: 64 }, (_, i) => i * 3);
  for (const Class of [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ]) {
    const view = new Class(bytes.buffer, 16, 3);
    const got = line.send({ view }) as { view: typeof view };
    deepStrictEqual(got.view, new Class(bytes.slice(16).buffer, 0, 3));
    t.equal(got.view.byteOffset, 0);
    t.equal(got.view.buffer.byteLength, view.byteLength, 'only its window travels');
  }
  deepStrictEqual(
    line.send(new DataView(bytes.buffer, 3, 5)),
    new DataView(bytes.slice(3, 8).buffer),
  );
  deepStrictEqual(line.send(bytes.buffer), bytes.buffer);
  t.equal((line.send(new Uint8Array(0)) as Uint8Array).length, 0);
});

t.test('a Buffer stays a Buffer and leaves its pool at home', async (t) => {
  const a = Buffer.from('secret of another');
  const b = Buffer.from('mine');
  t.equal(a.buffer, b.buffer, 'both are in the pool');
  const [x, y] = line.send([a, b]) as [Buffer, Buffer];
  t.ok(Buffer.isBuffer(x) && Buffer.isBuffer(y));
  t.equal(y.toString(), 'mine');
  t.equal(y.length, 4);
  b.fill(0);
  t.equal(y.toString(), 'mine', 'in a place of its own');
  t.equal(x.toString(), 'secret of another');
  t.notOk(line.bytesOf({ b }).includes('secret'));
});

t.test('views that share a buffer share it again', async (t) => {
  const buffer = new ArrayBuffer(100);
  const value = {
    a: new Uint8Array(buffer, 11, 5),
    b: new Float64Array(buffer, 16, 2),
    c: new Uint8Array(buffer, 11, 5),
  };
  const got = line.send(value) as typeof value;
  t.equal(got.a.buffer, got.b.buffer);
  t.equal(got.a.buffer.byteLength, 24, 'from the multiple of 8 before the first to the last byte');
  got.a[4] = 77;
  t.equal(got.c[4], 77);
  t.not(got.a, got.c);
  got.a[4] = 0;
  deepStrictEqual([...got.b], [0, 0]);
  const whole = line.send({ ...value, buffer }) as typeof value & { buffer: ArrayBuffer };
  t.equal(whole.a.buffer, whole.buffer);
  t.equal(whole.a.byteOffset, 11);
  t.equal(whole.buffer.byteLength, 100);
});

t.test('shared memory is attached, not copied', async (t) => {
  const shared = new SharedArrayBuffer(16);
  const view = new Int32Array(shared, 4, 2);
  const got = line.send({ type: 'shared', view, shared }) as {
    view: Int32Array;
    shared: SharedArrayBuffer;
  };
  t.same(line.encoder.attachments, [shared]);
  t.equal(got.view.buffer, got.shared);
  got.view[1] = 42;
  t.equal(view[1], 42);
});

t.test('resizable buffers and their views keep their nature and the value they had', async (t) => {
  const buffer = new ResizableBuffer(8, { maxByteLength: 16 });
  const tracking = new Uint8Array(buffer);
  const fixed = new Uint8Array(buffer, 2, 2);
  tracking[2] = 5;
  const { region, encoder } = line;
  const end = encoder.encode([buffer, tracking, fixed, tracking], region, 0, region.byteLength);
  tracking[2] = 6;
  const got = line.decoder.decode(region, 0, end, encoder.attachments) as [
    Resizable,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  t.equal(got[1][2], 5);
  t.equal(got[1].buffer, got[0]);
  t.equal(got[2].buffer, got[0]);
  t.equal(got[3], got[1]);
  got[0].resize(12);
  t.equal(got[1].length, 12);
  t.equal(got[2].length, 2);
});

t.test('a large buffer that does not fit gives -1, and the next message passes', async (t) => {
  const small = new Line({ regionBytes: 1024 });
  const value = { bytes: new Uint8Array(1100) };
  t.equal(small.encoder.encode(value, small.region, 0, 1024), -1);
  deepStrictEqual(small.send(new Uint8Array(500)), new Uint8Array(500));
});
