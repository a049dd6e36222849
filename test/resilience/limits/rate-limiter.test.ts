import fc from 'fast-check';
import t from 'tap';
import { RateLimiter } from '#runtime/resilience/index.js';
import { type Meter, SlidingWindow, TokenBucket } from '#runtime/resilience/limits/meter.js';
import { ManualTime, settle } from '../manual-time.js';

const GAPS = fc.array(fc.oneof(fc.nat(40), fc.constant(3_600_000)), { maxLength: 80 });

/** Tries a call after each gap. @returns the moments of those that pass */
function passed(meter: Meter, gaps: readonly number[]): number[] {
  const moments: number[] = [];
  let nowMs = 0;
  for (const gap of gaps) {
    nowMs += gap;
    if (meter.next(nowMs) > nowMs) continue;
    meter.take(nowMs);
    moments.push(nowMs);
  }
  return moments;
}

t.test('a token bucket is one: tokens come steadily, up to the burst', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 5 }),
      GAPS,
      (interval, burst, gaps) => {
        let tokens = burst;
        let nowMs = 0;
        const expected: number[] = [];
        for (const gap of gaps) {
          nowMs += gap;
          tokens = Math.min(burst, tokens + gap / interval);
          if (tokens < 1 - 1e-9) continue;
          tokens -= 1;
          expected.push(nowMs);
        }
        return String(passed(new TokenBucket(interval, burst), gaps)) === String(expected);
      },
    ),
  );
  t.pass();
});

t.test(
  'in no stretch of the period are there more calls than the limit, and none is refused in vain',
  async (t) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), GAPS, (limit, gaps) => {
        const PERIOD_MS = 100;
        const expected: number[] = [];
        let nowMs = 0;
        for (const gap of gaps) {
          nowMs += gap;
          const recent = expected.filter((moment) => moment > nowMs - PERIOD_MS);
          if (recent.length < limit) expected.push(nowMs);
        }
        return String(passed(new SlidingWindow(limit, PERIOD_MS), gaps)) === String(expected);
      }),
    );
    t.pass();
  },
);

t.test('calls above the rate are refused with the time until the next turn', async (t) => {
  const time = new ManualTime();
  const options = { kind: 'token-bucket', limit: 10, periodMs: 1000, burst: 2 } as const;
  const limiter = new RateLimiter({ ...options, name: 'api' }, time);
  for (let i = 0; i < 2; i++) t.equal(await limiter.run(() => i), i);
  const refusal = { code: 'ERR_RATE_LIMITED', retryAfterMs: 100, where: 'api' };
  await t.rejects(
    limiter.run(() => 2),
    refusal,
  );
  t.notOk(limiter.tryAcquire());
  await time.advance(100);
  t.ok(limiter.tryAcquire());
  t.equal(limiter.rejected, 2);
});

t.test('calls that may wait are served in order, those beyond are refused', async (t) => {
  const time = new ManualTime();
  const limiter = new RateLimiter(
    { kind: 'sliding-window', limit: 1, periodMs: 100, maxWaitMs: 250 },
    time,
  );
  const served: string[] = [];
  const startMs = time.clock.now();
  const abort = new AbortController();
  for (let i = 0; i < 5; i++) {
    limiter
      .run(() => i, i === 1 ? { signal: abort.signal } : undefined)
      .then(
        () => served.push(`${i} at ${time.clock.now() - startMs}`),
        (error: { code: string }) => served.push(`${i} ${error.code}`),
      );
  }
  await settle();
  t.same(served.splice(0).sort(), ['0 at 0', '3 ERR_RATE_LIMITED', '4 ERR_RATE_LIMITED']);
  abort.abort();
  await time.advance(1000);
  t.same(
    served,
    ['1 ERR_CALL_ABORTED', '2 at 200'],
    'the turn of the one that left is not passed on',
  );
  t.equal(time.timers, 0);
});

t.test('nobody waits beyond the deadline', async (t) => {
  const time = new ManualTime();
  const limiter = new RateLimiter(
    { kind: 'token-bucket', limit: 1, periodMs: 100, maxWaitMs: 1000 },
    time,
  );
  await limiter.run(() => 1);
  const deadline = { atMs: time.clock.now() + 99 };
  await t.rejects(
    limiter.run(() => 2, { deadline }),
    { code: 'ERR_RATE_LIMITED', retryAfterMs: 100 },
  );
});

t.test(
  'an hour on the clock, either way, stops no calls and lets no more than a burst pass',
  async (t) => {
    for (const kind of ['token-bucket', 'sliding-window'] as const) {
      for (const stepMs of [3_600_000, -3_600_000]) {
        const time = new ManualTime();
        const limiter = new RateLimiter({ kind, limit: 3, periodMs: 300 }, time);
        while (limiter.tryAcquire()) {}
        time.step(stepMs);
        let passed = 0;
        while (limiter.tryAcquire()) passed++;
        t.equal(passed, stepMs > 0 ? 3 : 0);
        await time.advance(300);
        t.ok(limiter.tryAcquire(), kind);
      }
    }
  },
);

t.test('options out of range are named', async (t) => {
  const good = { kind: 'token-bucket', limit: 1, periodMs: 1 } as const;
  for (const [where, options] of Object.entries({
    kind: { ...good, kind: 'leaky' as 'token-bucket' },
    limit: { ...good, limit: 0 },
    periodMs: { ...good, periodMs: Number.NaN },
    burst: { ...good, burst: 0.5 },
    maxWaitMs: { ...good, maxWaitMs: -1 },
  })) {
    t.throws(() => new RateLimiter(options), { code: 'ERR_OPTION', where });
  }
  t.throws(() => new RateLimiter({ kind: 'sliding-window', limit: 1.5, periodMs: 1 }), {
    code: 'ERR_OPTION',
    where: 'limit',
  });
});
