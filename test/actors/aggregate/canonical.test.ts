import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { fingerprint } from '#actors/aggregate/canonical.js';
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
