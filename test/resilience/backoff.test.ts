import fc from 'fast-check';
import t from 'tap';
import { SeededRandom } from '#runtime/base/random.js';
import { backoffMs, type Jitter, resolveBackoff } from '#runtime/resilience/backoff.js';

const LEAST = { next: () => 0 };

t.test('the delay grows by the factor to the bound, and stays a number for ever', async (t) => {
  const backoff = resolveBackoff({ minMs: 100, maxMs: 1000 }, 'none', 'x');
  const delays = [1, 2, 3, 4, 5, 1e6].map((attempts) => backoffMs(backoff, attempts, LEAST));
  t.same(delays, [100, 200, 400, 800, 1000, 1000]);
  const constant = resolveBackoff({ minMs: 100, maxMs: 1000, factor: 1 }, 'none', 'x');
  t.equal(backoffMs(constant, 9, LEAST), 100);
});

t.test('jitter draws from its range', async (t) => {
  const ranges: readonly (readonly [Jitter, number, number])[] = [
    ['none', 1, 1],
    ['full', 0, 1],
    ['above', 1, 1.2],
  ];
  for (const [jitter, low, high] of ranges) {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2000 }), (seed, attempts) => {
        const backoff = resolveBackoff({ minMs: 10, maxMs: 500, jitter }, 'none', 'x');
        const bareMs = Math.min(500, 10 * 2 ** (attempts - 1));
        const delayMs = backoffMs(backoff, attempts, new SeededRandom(seed));
        return delayMs >= bareMs * low && delayMs <= bareMs * high;
      }),
    );
  }
  t.pass();
});

t.test('what cannot be a delay is refused by name', async (t) => {
  for (const [field, value] of [
    ['minMs', 0],
    ['minMs', Number.NaN],
    ['maxMs', 2 ** 31],
    ['factor', 0.5],
  ] as const) {
    t.throws(() => resolveBackoff({ minMs: 1, maxMs: 2, [field]: value }, 'none', 'x'), {
      code: 'ERR_OPTION',
      where: `x.${field}`,
    });
  }
});
