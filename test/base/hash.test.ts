import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { hash32, PiecewiseHash } from '../../runtime/base/hash.js';

t.test('known texts keep their hash for ever, because placements depend on it', async (t) => {
  t.same(
    ['', 'a', 'b', 'troupe', 'ä', '🎭', 'cart-1', 'cart-2'].map(hash32),
    [2872998923, 444641715, 2193908274, 3926624812, 2618739704, 3111500764, 1543145033, 2015109407],
  );
});

t.test('a hash is an unsigned 32-bit integer and depends on the text alone', async () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const hash = hash32(text);
      assert.ok(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32);
      assert.equal(hash32([...text].join('')), hash);
    }),
  );
});

t.test('numbered names spread evenly over a few places', async (t) => {
  for (const places of [2, 3, 7, 8]) {
    const counts = new Array<number>(places).fill(0);
    for (let i = 0; i < 10_000; i++) counts[hash32(`/user/cart-${i}`) % places]!++;
    const fair = 10_000 / places;
    for (const count of counts) t.ok(Math.abs(count - fair) < 0.1 * fair, `${count} of ${fair}`);
  }
});

t.test('a text in pieces has the hash and the length of the whole', async () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (pieces) => {
      const hash = new PiecewiseHash();
      for (const piece of pieces) hash.add(piece);
      assert.equal(hash.value, hash32(pieces.join('')));
      assert.equal(hash.length, pieces.join('').length);
    }),
  );
});

t.test('an integer and a code unit count as their text', async (t) => {
  const integers = fc.oneof(fc.nat(), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.array(fc.tuple(integers, fc.nat(0xffff))), (pairs) => {
      const [one, other] = [new PiecewiseHash(), new PiecewiseHash()];
      for (const [integer, unit] of pairs) {
        one.addInteger(integer);
        one.addUnit(unit);
        other.add(String(integer) + String.fromCharCode(unit));
      }
      assert.deepEqual([one.value, one.length], [other.value, other.length]);
    }),
  );
  for (const edge of [0, 9, 10, 99, 100, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 1e21]) {
    const hash = new PiecewiseHash();
    hash.addInteger(edge);
    t.equal(hash.value, hash32(String(edge)), String(edge));
  }
});
