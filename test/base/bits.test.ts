import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  ALIGNMENT_BYTES,
  align8,
  CACHE_LINE_BYTES,
  isPowerOfTwo,
  nextPowerOfTwo,
} from '../../runtime/base/bits.js';

t.test('lines and records are aligned to powers of two', async (t) => {
  t.ok(isPowerOfTwo(CACHE_LINE_BYTES));
  t.ok(isPowerOfTwo(ALIGNMENT_BYTES));
});

t.test('lengths are rounded up to the next multiple of 8', async (t) => {
  t.same([0, 1, 7, 8, 9, 16, 17].map(align8), [0, 8, 8, 8, 16, 16, 24]);
  t.equal(align8(2 ** 31 - 8), 2 ** 31 - 8, 'the largest length of the range');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 8 }), (n) => {
      const aligned = align8(n);
      assert.equal(aligned % 8, 0);
      assert.ok(aligned >= n && aligned < n + 8);
    }),
  );
});

t.test('the powers of two from 1 to 2^30 are told from everything else', async (t) => {
  for (let bit = 0; bit <= 30; bit++) t.ok(isPowerOfTwo(2 ** bit), `2^${bit}`);
  for (const n of [0, -1, -2, 3, 6, 2 ** 30 + 1, 2 ** 31, 2 ** 32, 0.5, 1.5, Number.NaN]) {
    t.notOk(isPowerOfTwo(n), `${n}`);
  }
  t.notOk(isPowerOfTwo(Number.POSITIVE_INFINITY));
});

t.test('the next power of two is the smallest that is not less', async (t) => {
  t.same(
    [0, 1, 2, 3, 4, 5, 1023, 1024, 1025].map(nextPowerOfTwo),
    [1, 1, 2, 4, 4, 8, 1024, 1024, 2048],
  );
  t.equal(nextPowerOfTwo(2 ** 30), 2 ** 30);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (n) => {
      const power = nextPowerOfTwo(n);
      assert.ok(isPowerOfTwo(power) && power >= n && power < 2 * n);
    }),
  );
});
