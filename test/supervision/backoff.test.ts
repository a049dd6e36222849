import fc from 'fast-check';
import t from 'tap';
import { SeededRandom } from '../../runtime/base/random.js';
import { backoffDelayMs, nextAttempts, resolveBackoff } from '../../runtime/supervision/backoff.js';

const NO_CHANCE = { next: () => 0 };

t.test('the delay grows by the factor up to the bound', async (t) => {
  const policy = resolveBackoff({ minMs: 100, maxMs: 1000 }, 'x');
  t.same(
    [1, 2, 3, 4, 5, 2000].map((attempts) => backoffDelayMs(policy, attempts, NO_CHANCE)),
    [100, 200, 400, 800, 1000, 1000],
  );
});

t.test('jitter adds at most its share, and spreads also at the bound', async (t) => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 40 }), (seed, attempts) => {
      const policy = resolveBackoff({ minMs: 10, maxMs: 500, jitter: 0.5 }, 'x');
      const bare = backoffDelayMs(policy, attempts, NO_CHANCE);
      const delayMs = backoffDelayMs(policy, attempts, new SeededRandom(seed));
      return delayMs >= bare && delayMs < bare * 1.5;
    }),
  );
  const random = new SeededRandom(1);
  const policy = resolveBackoff({ minMs: 10, maxMs: 10 }, 'x');
  t.not(backoffDelayMs(policy, 9, random), backoffDelayMs(policy, 9, random));
});

t.test(
  'attempts count on until the child ran long enough, and a failed start is no run',
  async (t) => {
    const policy = resolveBackoff({ minMs: 100, maxMs: 1000 }, 'x');
    t.equal(nextAttempts(policy, 0, 0), 1);
    t.equal(nextAttempts(policy, 4, 999), 5);
    t.equal(nextAttempts(policy, 4, 1000), 1);
    t.equal(nextAttempts(policy, 4, -1), 5);
    const always = resolveBackoff({ minMs: 1, maxMs: 1, resetAfterMs: 0 }, 'x');
    t.equal(nextAttempts(always, 4, -1), 5);
    t.equal(nextAttempts(always, 4, 0), 1);
  },
);

t.test('the defaults are factor 2, jitter 0.2 and a reset after the bound', async (t) => {
  t.same(resolveBackoff({ minMs: 1, maxMs: 9 }, 'x'), {
    minMs: 1,
    maxMs: 9,
    factor: 2,
    jitter: 0.2,
    resetAfterMs: 9,
  });
});

t.test('a value outside its range is named', async (t) => {
  const wrong = {
    minMs: { minMs: 0, maxMs: 1 },
    maxMs: { minMs: 2, maxMs: 1 },
    factor: { minMs: 1, maxMs: 2, factor: 0.5 },
    jitter: { minMs: 1, maxMs: 2, jitter: 1.1 },
    resetAfterMs: { minMs: 1, maxMs: 2, resetAfterMs: Number.NaN },
  };
  for (const [field, options] of Object.entries(wrong)) {
    t.throws(() => resolveBackoff(options, 'spawn'), {
      code: 'ERR_OPTION',
      where: `spawn.${field}`,
    });
  }
});
