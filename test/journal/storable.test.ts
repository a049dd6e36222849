import { inspect, isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { msgpackSerializer } from '#runtime/journal/msgpack-serializer.js';

/** Keys that mean something to JavaScript, to the packer, or to the escapes. */
const KEYS = fc.constantFrom('', '__proto__', 'constructor', 'toJSON', 'toString', '\ud800', '0');

/** Anything that a journal promises to carry, nested as it comes. */
const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(undefined, null, true, -0, 0, Number.NaN, 2 ** 53, -(2 ** 31), 1e300),
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.bigInt(-(2n ** 300n), 2n ** 300n),
    fc.string({ unit: 'binary' }),
    fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
    fc.date({ noInvalidDate: true }),
    fc.uint8Array(),
    fc.int16Array(),
    fc.float64Array(),
    fc.bigUint64Array(),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), KEYS), tie('value'), { noNullPrototype: true }),
    fc.array(fc.tuple(tie('value'), tie('value'))).map((entries) => new Map(entries)),
    fc.array(tie('value')).map((entries) => new Set(entries)),
  ),
}));

t.test('every value that is accepted comes back equal, whatever it holds', async (t) => {
  const serializer = await msgpackSerializer('test');
  fc.assert(
    fc.property(values.value, (value) => {
      const bytes = serializer.encode(value);
      const before = Buffer.from(bytes);
      const back = serializer.decode(bytes);
      if (!isDeepStrictEqual(back, value)) {
        throw new Error(
          `${inspect(back, { depth: 9 })} came back for ${inspect(value, { depth: 9 })}`,
        );
      }
      if (Buffer.compare(before, bytes) !== 0) throw new Error('reading changed the bytes');
    }),
    { numRuns: 1000 },
  );
  // Node's comparison calls two invalid dates different, so this one stands by itself.
  const invalid = serializer.decode(serializer.encode(new Date(Number.NaN)));
  t.ok(invalid instanceof Date && Number.isNaN(invalid.getTime()));
});

t.test('what is escaped is not changed in the hands of its owner', async (t) => {
  const serializer = await msgpackSerializer('test');
  const value = { list: [1n, { at: new Date(5) }], map: new Map([[-0, 'x']]) };
  const copy = structuredClone(value);
  serializer.encode(value);
  t.strictSame(value, copy);
});

t.test('bytes come back as their own, not as a window of the store', async (t) => {
  const serializer = await msgpackSerializer('test');
  const bytes = serializer.encode({ a: new Uint8Array([1, 2, 3]), b: Buffer.from('text') });
  const { a, b } = serializer.decode(bytes) as { a: Uint8Array; b: Uint8Array };
  bytes.fill(9);
  t.strictSame(a, new Uint8Array([1, 2, 3]));
  t.strictSame(b, new Uint8Array(Buffer.from('text')));
});
