import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { SeededRandom, systemRandom } from '../../runtime/base/random.js';

function take(count: number, seed: number): number[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, () => random.next());
}

t.test('a seed gives the same numbers on every machine', async (t) => {
  t.same(
    take(3, 1).map((n) => n * 2 ** 32),
    [2693262067, 11749833, 2265367787],
  );
  t.same(
    take(3, 0).map((n) => n * 2 ** 32),
    [1144304738, 1416247, 958946056],
  );
});

t.test('only the low 32 bits of a seed count', async (t) => {
  t.same(take(4, -1), take(4, 2 ** 32 - 1));
  t.notSame(take(4, 1), take(4, 2));
});

t.test('all numbers lie in [0, 1), and integers below their bound', async () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 31 }), (seed, bound) => {
      const random = new SeededRandom(seed);
      for (let i = 0; i < 20; i++) {
        const n = random.next();
        assert.ok(n >= 0 && n < 1);
        const k = random.below(bound);
        assert.ok(Number.isInteger(k) && k >= 0 && k < bound);
      }
    }),
  );
});

t.test('every value below a small bound comes about equally often', async (t) => {
  const random = new SeededRandom(7);
  const counts = new Array<number>(8).fill(0);
  for (let i = 0; i < 80_000; i++) counts[random.below(8)]!++;
  for (const count of counts) t.ok(Math.abs(count - 10_000) < 500, `${count} of 10000`);
});

t.test('the chance of the process is a number in [0, 1) too', async (t) => {
  const n = systemRandom.next();
  t.ok(n >= 0 && n < 1);
});
