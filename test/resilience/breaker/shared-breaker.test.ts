import t from 'tap';
import { type BreakerOptions, CircuitBreaker, shareBreaker } from '#runtime/resilience/index.js';
import { ManualTime } from '../manual-time.js';

const OPTIONS: BreakerOptions = {
  window: { kind: 'consecutive', failures: 2 },
  open: { minMs: 800, maxMs: 800, jitter: 'none' },
  trial: { permits: 3, permitMs: 400 },
};

/** Breakers of several threads with one state, on one thread. */
function shared(count: number, options = OPTIONS) {
  const time = new ManualTime();
  const memory = shareBreaker(time.clock);
  const make = (): CircuitBreaker => new CircuitBreaker({ ...options, shared: memory }, time);
  return {
    time,
    breakers: Array.from({ length: count }, make) as [CircuitBreaker, CircuitBreaker],
  };
}

t.test('what opens one opens all, and each judges by its own calls', async (t) => {
  const { time, breakers } = shared(3);
  const seen: string[] = [];
  for (const [i, breaker] of breakers.entries()) {
    breaker.onPhase(({ to }) => seen.push(`${i} ${to}`));
    breaker.tryAcquire()!.settle('failure');
  }
  for (const breaker of breakers) t.equal(breaker.phase, 'closed');
  breakers[1].tryAcquire()!.settle('failure');
  for (const breaker of breakers) t.equal(breaker.tryAcquire(), undefined);
  t.same(seen, ['1 open', '0 open', '2 open']);
  await time.advance(808);
  const permits = [...breakers, ...breakers].flatMap((each) => each.tryAcquire() ?? []);
  t.equal(permits.length, 3, 'the permits are for all together');
  permits[0]!.settle('success');
  permits[2]!.settle('success');
  for (const breaker of breakers) t.equal(breaker.phase, 'closed');
  for (const breaker of breakers) t.equal(breaker.metrics.calls, 0, 'counted from new');
});

t.test('the permits of a thread that died end with the youngest', async (t) => {
  const { time, breakers } = shared(2, { ...OPTIONS, failureRate: 0.6 });
  for (let i = 0; i < 2; i++) breakers[0].tryAcquire()!.settle('failure');
  await time.advance(808);
  breakers[0].tryAcquire();
  await time.advance(200);
  breakers[0].tryAcquire();
  await time.advance(399);
  t.equal(breakers[1].phase, 'half-open');
  await time.advance(9);
  t.equal(breakers[1].phase, 'open', 'two of three have failed');
});

t.test('a shared breaker is held by hand for all', async (t) => {
  const { breakers } = shared(2);
  const release = breakers[0].forceOpen();
  t.equal(breakers[1].tryAcquire(), undefined);
  release();
  t.ok(breakers[1].tryAcquire());
});

t.test('a shared trial has at most seven permits', async (t) => {
  const trial = { permits: 8 };
  t.throws(() => new CircuitBreaker({ trial, shared: shareBreaker() }), {
    where: 'trial.permits',
    code: 'ERR_OPTION',
  });
});

for (const stepMs of [3_600_000, -3_600_000]) {
  const way = stepMs > 0 ? 'forward' : 'back';

  t.test(`a clock set ${way} an hour leaves no shared breaker stuck in any phase`, async (t) => {
    const { time, breakers } = shared(2);
    const [one, two] = breakers;
    one.tryAcquire()!.settle('success');
    time.step(stepMs);
    t.ok(two.tryAcquire(), 'closed');
    for (let i = 0; i < 2; i++) one.tryAcquire()!.settle('failure');
    t.equal(two.phase, 'open');
    await time.advance(400);
    time.step(stepMs);
    if (stepMs < 0) t.notOk(one.tryAcquire(), 'what passed before the step is unknown');
    await time.advance(stepMs > 0 ? 0 : 808);
    const permits = [one, two, one].map((each) => each.tryAcquire()!);
    t.equal(two.phase, 'half-open', 'open for one open time more at most');
    time.step(stepMs);
    if (stepMs < 0) t.equal(two.phase, 'half-open');
    await time.advance(stepMs > 0 ? 0 : 408);
    t.equal(two.phase, 'open', 'permits end');
    for (const permit of permits) permit.settle('success');
    t.equal(two.phase, 'open', 'and what comes after them counts nowhere');
    await time.advance(808);
    for (let i = 0; i < 3; i++) two.tryAcquire()?.settle('success');
    t.equal(one.phase, 'closed');
  });
}

t.test('an hour of idleness changes a shared breaker in no phase but for its time', async (t) => {
  const { time, breakers } = shared(2);
  const [one, two] = breakers;
  one.tryAcquire()!.settle('failure');
  await time.advance(3_600_000);
  t.equal(two.phase, 'closed');
  one.tryAcquire()!.settle('failure');
  await time.advance(3_600_000);
  t.equal(two.phase, 'open', 'nobody has come');
  const permits = [one, two].map((each) => each.tryAcquire()!);
  t.equal(one.phase, 'half-open');
  await time.advance(3_600_000);
  for (const permit of permits) permit.settle('success');
  t.equal(one.phase, 'open', 'their permits were over long ago');
});
