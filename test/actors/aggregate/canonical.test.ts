import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { checksum, fingerprint } from '#actors/aggregate/canonical.js';
import { assertTroupeError, thrown } from '../../support/errors.js';

const plain = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withTypedArray: false,
  withNullPrototype: false,
  maxDepth: 3,
});

t.test('equal values have equal fingerprints, whatever the order of their keys', async (t) => {
  t.equal(fingerprint({ a: 1, b: { c: 2n } }), fingerprint({ b: { c: 2n }, a: 1 }));
  fc.assert(
    fc.property(plain, (value) => fingerprint(value) === fingerprint(structuredClone(value))),
  );
});

t.test('different values have different ones', async (t) => {
  const values = [
    0,
    -0,
    '0',
    0n,
    null,
    undefined,
    false,
    '',
    [],
    {},
    [[]],
    [0],
    ['0'],
    ['a', 'b'],
    ['ab'],
    { a: 'b' },
    { ab: '' },
    { a: undefined },
    new Date(0),
    new Map([['a', 'b']]),
    new Set(['a']),
    new Uint8Array([0]),
    new Uint8Array([0, 0]),
    Number.NaN,
    's1:a',
    'i1;',
    '1;',
  ];
  t.equal(new Set(values.map(fingerprint)).size, values.length);
  // Two invalid dates are not equal to isDeepStrictEqual.
  const dateless = fc.anything({ withBigInt: true, withMap: true, maxDepth: 3 });
  fc.assert(
    fc.property(dateless, dateless, (one, other) => {
      return isDeepStrictEqual(one, other) === (fingerprint(one) === fingerprint(other));
    }),
  );
});

t.test('a hole in an array is a member like undefined', async (t) => {
  const holed = Object.assign(new Array(2), { 1: 1 });
  t.not(fingerprint(holed), fingerprint([1]));
  t.equal(fingerprint(holed), fingerprint([undefined, 1]));
});

t.test('a view of bytes is its bytes, not its buffer', async (t) => {
  const bytes = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
  t.equal(fingerprint(bytes), fingerprint(new Uint8Array([1, 2])));
});

t.test('what is no plain data is refused', async (t) => {
  for (const value of [() => 1, Symbol('a'), new URL('http://a'), new Error('a')]) {
    assertTroupeError(
      t,
      thrown(() => fingerprint({ value })),
      'ERR_NOT_SENDABLE',
      /no plain data/,
    );
  }
});

t.test('what is stored with a value stays what it is', async (t) => {
  const mixed = {
    m: new Map<string, unknown>([
      ['b', 1],
      ['a', { z: 1, a: 2 }],
    ]),
    x: [1, -0, 2n, true, undefined, null, 'é'],
    s: new Set([3, 1]),
    d: new Date(5),
    b: new Uint8Array([1, 2, 3]),
  };
  const stored: readonly (readonly [unknown, string, string])[] = [
    [{ balance: 199, count: 10_000 }, '32.3405791052', 'Ag2jynsL1TdVUQQMDpwk4w'],
    [['A/a', 3, 1, mixed], '103.1144330547', '2_ukrr2lg62yvjVABAzTSG'],
    ['', '3.3392663995', '-5EldM7K1UxqC8dbRhcjUL'],
    [[], '2.3312464927', 'T1PNoYwrqgwDVLtfmj7L5e'],
    [{}, '2.1073329004', 'RBNvo1WzZ4oRRq0W9-hknp'],
  ];
  for (const [value, sum, print] of stored) {
    t.equal(checksum(value), sum);
    t.equal(fingerprint(value), print);
  }
});

t.test('a checksum tells apart what a fingerprint tells apart', async () => {
  fc.assert(
    fc.property(
      plain,
      plain,
      (a, b) => (checksum(a) === checksum(b)) === (fingerprint(a) === fingerprint(b)),
    ),
  );
});

t.test('the keys of an object count in one order, its own only', async (t) => {
  const bare = Object.setPrototypeOf({ b: 1, a: 2 }, null);
  t.equal(checksum(bare), checksum({ a: 2, b: 1 }));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.integer()), (object) => {
      const backwards = Object.fromEntries(Object.entries(object).reverse());
      return checksum(backwards) === checksum({ ...object });
    }),
  );
  const odd = Object.prototype as Record<string, unknown>;
  const before = checksum({ a: 1 });
  odd.zz = 1;
  try {
    t.equal(checksum({ a: 1 }), before);
  } finally {
    delete odd.zz;
  }
});
