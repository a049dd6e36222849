import { deepStrictEqual } from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { holds, Line } from './round-trip.js';

const anything = fc
  .anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
    withObjectString: true,
    maxDepth: 5,
  })
  // deepStrictEqual tells two invalid dates apart; they have a test of their own.
  .filter((value) => !inspect(value, { depth: null }).includes('Invalid Date'));

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
    .map((units) => String.fromCharCode(...units)),
);

/** Few keys and few types, so that shapes are learned, hit, missed and widened. */
const record = fc.dictionary(
  fc.constantFrom(
    'type',
    'id',
    'name',
    '__proto__',
    'constructor',
    'toString',
    '7',
    '\u2028',
    'né',
  ),
  fc.oneof(
    fc.integer(),
    fc.double(),
    text,
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
  ),
  { maxKeys: 4 },
);

const graph = fc
  .array(fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom('a', 'b', 'c', 'type')), {
    maxLength: 30,
  })
  .map((edges) => {
    const nodes: Record<string, unknown>[] = Array.from({ length: 10 }, (_, id) => ({ id }));
    for (const [from, to, key] of edges) nodes[from]![key] = nodes[to];
    return { type: 'graph', nodes };
  });

for (const codeGeneration of [true, false]) {
  const how = codeGeneration ? 'generated code' : 'interpretation';

  t.test(`whatever structured clone carries arrives equal, with ${how}`, async (t) => {
    const line = new Line({ codeGeneration });
    const same = (value: unknown) => deepStrictEqual(line.send(value), structuredClone(value));
    holds(t, fc.property(anything, same), 3000);
    holds(
      t,
      fc.property(fc.array(record, { maxLength: 12 }), (all) => all.forEach(same)),
      500,
    );
    holds(t, fc.property(graph, same), 500);
    holds(t, fc.property(text, same), 500);
  });
}

t.test('both ways to encode give the same bytes, and both ways to decode read them', async (t) => {
  const generated = new Line({ codeGeneration: true });
  const interpreted = new Line({ codeGeneration: false });
  const other = generated.newDecoder(false);
  const same = (value: unknown) => {
    const bytes = generated.bytesOf(value);
    deepStrictEqual(bytes, interpreted.bytesOf(value));
    deepStrictEqual(
      other.decode(generated.region, 0, bytes.length),
      generated.decoder.decode(generated.region, 0, bytes.length),
    );
  };
  holds(
    t,
    fc.property(fc.array(record, { maxLength: 12 }), (all) => all.forEach(same)),
    500,
  );
  holds(t, fc.property(anything, same), 1000);
});

t.test(
  'a message that does not fit gives -1 and leaves what is beyond the limit alone',
  async (t) => {
    // Without interning, the length of a message settles once its shapes are known.
    const line = new Line({ regionBytes: 1 << 16, limits: { maxInternLength: 0 } });
    const probe = fc.tuple(
      fc.oneof(anything, record, text, graph),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    holds(
      t,
      fc.property(probe, ([value, part]) => {
        const { encoder, region } = line;
        let end = -1;
        for (let i = 0; i < 8; i++) end = encoder.encode(value, region, 8, region.byteLength);
        const limit = 8 + Math.floor((end - 8) * part);
        region.bytes.fill(0xa5);
        const cut = encoder.encode(value, region, 8, limit);
        const touched = region.bytes.subarray(limit).findIndex((byte) => byte !== 0xa5);
        deepStrictEqual(touched, -1);
        deepStrictEqual(
          region.bytes.subarray(0, 8).every((byte) => byte === 0xa5),
          true,
        );
        if (cut >= 0) deepStrictEqual(line.decoder.decode(region, 8, cut), structuredClone(value));
        // The room it took is the room it needs.
        const again = encoder.encode(value, region, 8, end);
        deepStrictEqual(again, end);
        deepStrictEqual(line.decoder.decode(region, 8, again), structuredClone(value));
      }),
      1500,
    );
  },
);
