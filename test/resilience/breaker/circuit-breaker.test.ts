import { spawnSync } from 'node:child_process';
import t from 'tap';
import { CircuitBreaker, RejectedError } from '#runtime/resilience/index.js';
import { BreakerRig, QUICK } from './breaker-rig.js';

t.test('failures in a row open it, a success between them does not count them on', async (t) => {
  const rig = new BreakerRig();
  for (const call of ['bad', 'good', 'bad', 'good'] as const) t.ok(rig[call]());
  t.equal(rig.breaker.phase, 'closed');
  rig.bad();
  rig.bad();
  t.equal(rig.breaker.phase, 'open');
  t.notOk(rig.good(), 'it calls nobody');
  t.same(rig.phases, ['open']);
});

t.test('the rejection names the breaker and says when to come again', async (t) => {
  const rig = new BreakerRig().open();
  await rig.time.advance(300);
  await t.rejects(
    rig.breaker.run(async () => 1),
    { code: 'ERR_BREAKER_OPEN', retryAfterMs: 700, where: 'quick' },
  );
  const error: unknown = await rig.breaker.run(() => 1).catch((error: unknown) => error);
  t.ok(error instanceof RejectedError);
  t.throws(() => rig.breaker.runSync(() => 1), { code: 'ERR_BREAKER_OPEN' });
  t.equal(rig.breaker.tryAcquire(), undefined);
  t.equal(rig.breaker.metrics.rejected, 4);
});

t.test('rates are judged from the least number of calls on', async (t) => {
  const rig = new BreakerRig({
    window: { kind: 'count', size: 10 },
    minCalls: 4,
    failureRate: 0.5,
  });
  for (const call of ['good', 'bad', 'bad'] as const) rig[call]();
  t.equal(rig.breaker.phase, 'closed', 'two of three, but three are too few');
  rig.good();
  t.equal(rig.breaker.phase, 'open', 'two of four, made enough by a success');
});

t.test('a rate is reached by exactly its share of the calls', async (t) => {
  for (let percent = 1; percent <= 100; percent++) {
    const window = { kind: 'count', size: 100 } as const;
    const rig = new BreakerRig({ window, minCalls: 100, failureRate: percent / 100 });
    for (let i = 0; i < 101 - percent; i++) rig.good();
    for (let i = 0; i < percent - 1; i++) rig.bad();
    if (rig.breaker.phase !== 'closed') t.fail(`${percent} %: one too few`);
    // The next call takes the place of a success.
    rig.bad();
    t.equal(rig.breaker.phase, 'open', `${percent} %`);
  }
});

t.test('refusals feed no rate', async (t) => {
  const rig = new BreakerRig({ ...QUICK, trial: { permits: 1 } }).open();
  for (let i = 0; i < 50; i++) rig.good();
  await rig.time.advance(1000);
  t.ok(rig.good());
  t.same(rig.phases, ['open', 'half-open', 'closed']);
  t.equal(rig.breaker.metrics.calls, 0);
});

t.test('slow calls open it though they succeed', async (t) => {
  const rig = new BreakerRig({
    window: { kind: 'count', size: 10 },
    minCalls: 2,
    slow: { ms: 100, rate: 0.5 },
  });
  const call = async (ms: number): Promise<void> => {
    const pending = rig.breaker.run(() => rig.time.advance(ms));
    await pending;
  };
  await call(100);
  await call(100);
  t.same(rig.breaker.metrics.slow, 0, 'as long as is allowed');
  await call(101);
  t.equal(rig.breaker.phase, 'closed', 'one of three');
  await call(101);
  t.equal(rig.breaker.phase, 'open');
});

t.test('the judge decides what is a failure, and what says nothing', async (t) => {
  const { breaker } = new BreakerRig({
    ...QUICK,
    judgeError: (error) => ((error as Error).message === 'theirs' ? 'failure' : 'ignore'),
    judgeValue: (value) => ((value as { status: number }).status >= 500 ? 'failure' : 'success'),
  });
  const fail = (text: string) => t.rejects(breaker.run(() => Promise.reject(new Error(text))));
  for (let i = 0; i < 9; i++) await fail('mine');
  t.equal(breaker.phase, 'closed');
  await fail('theirs');
  t.same(await breaker.run(async () => ({ status: 503 })), { status: 503 });
  t.equal(breaker.phase, 'open');
});

t.test('an abort by the caller is neither success nor failure', async (t) => {
  const rig = new BreakerRig();
  rig.bad();
  const abort = new AbortController();
  const pending = rig.breaker.run(() => new Promise(() => {}), { signal: abort.signal });
  abort.abort(new Error('enough'));
  await t.rejects(pending, { code: 'ERR_CALL_ABORTED', cause: { message: 'enough' } });
  const foreign = new DOMException('gone', 'AbortError');
  await t.rejects(rig.breaker.run(() => Promise.reject(foreign)));
  t.equal(rig.breaker.phase, 'closed');
  rig.bad();
  t.equal(rig.breaker.phase, 'open', 'the row of failures went on');
});

t.test('functions that throw at once or return nothing are calls like others', async (t) => {
  const { breaker } = new BreakerRig();
  t.equal(await breaker.run(() => undefined), undefined);
  const fail = (): never => {
    throw new TypeError('at once');
  };
  for (let i = 0; i < 2; i++) await t.rejects(breaker.run(fail), TypeError);
  t.equal(breaker.phase, 'open');
});

t.test('the open time grows while trials fail, and begins again after a stable time', async (t) => {
  const rig = new BreakerRig({ ...QUICK, trial: { permits: 1 } }).open();
  const opens: number[] = [];
  for (let i = 0; i < 5; i++) {
    let ms = 0;
    for (; !rig.bad(); ms += 500) await rig.time.advance(500);
    opens.push(ms);
  }
  t.same(opens, [1000, 2000, 4000, 8000, 8000]);
  await rig.time.advance(8000);
  t.ok(rig.good());
  rig.open();
  await rig.time.advance(7999);
  t.notOk(rig.good(), 'it had just closed');
  await rig.time.advance(1);
  t.ok(rig.good());
  await rig.time.advance(8000);
  rig.open();
  await rig.time.advance(1000);
  t.ok(rig.good(), 'it was closed for eight seconds');
});

t.test('held open, closed and observing: the strongest hand counts', async (t) => {
  const rig = new BreakerRig();
  const observed = rig.breaker.observeOnly();
  for (let i = 0; i < 5; i++) t.ok(rig.bad());
  t.equal(rig.breaker.metrics.failures, 5);
  const [one, two] = [rig.breaker.forceOpen(), rig.breaker.forceOpen()];
  t.notOk(rig.good());
  const refusal = await rig.breaker.run(() => 1).catch((error: RejectedError) => error);
  t.equal((refusal as RejectedError).retryAfterMs, undefined, 'nobody knows');
  one();
  one();
  t.notOk(rig.good(), 'the other still holds it');
  const closed = rig.breaker.forceClosed();
  t.equal(rig.breaker.phase, 'forced-open');
  two();
  for (let i = 0; i < 5; i++) t.ok(rig.bad());
  t.same(rig.breaker.metrics, {
    phase: 'forced-closed',
    calls: 0,
    failures: 0,
    slow: 0,
    rejected: 3,
    late: 0,
  });
  closed();
  t.equal(rig.breaker.phase, 'observing');
  observed();
  t.equal(rig.breaker.phase, 'closed');
  t.ok(rig.bad(), 'nothing is counted from before');
  t.equal(rig.breaker.phase, 'closed');
});

t.test('a permit taken by hand takes one result', async (t) => {
  const { breaker } = new BreakerRig();
  for (let i = 0; i < 2; i++) {
    const permit = breaker.tryAcquire()!;
    permit.settle('failure');
    permit.settle('failure');
    t.equal(breaker.metrics.failures, i === 0 ? 1 : 0);
  }
  t.equal(breaker.phase, 'open');
});

t.test('a listener is told until it has enough', async (t) => {
  const { breaker } = new BreakerRig();
  const seen: string[] = [];
  const end = breaker.onPhase(({ breaker, from, to }) => seen.push(`${breaker} ${from} ${to}`));
  breaker.forceOpen()();
  end();
  breaker.forceOpen();
  t.same(seen, ['quick closed forced-open', 'quick forced-open closed']);
});

t.test('a listener that throws harms neither the breaker nor the others', async (t) => {
  const program = `
    import { CircuitBreaker } from '${import.meta.resolve('#runtime/resilience/index.js')}';
    process.on('warning', ({ message }) => console.log('warning', message));
    const breaker = new CircuitBreaker();
    breaker.onPhase(() => { throw new Error('listener'); });
    breaker.onPhase(({ to }) => console.log(to));
    breaker.forceOpen();
    console.log(breaker.phase);
  `;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program]);
  t.equal(String(run.stdout), 'forced-open\nforced-open\nwarning listener\n', `${run.stderr}`);
});

t.test('options out of range are named', async (t) => {
  const wrong = {
    failureRate: { failureRate: 0 },
    minCalls: { window: { kind: 'count', size: 10 }, minCalls: 11 },
    'window.kind': { window: { kind: 'tumbling' as 'count', size: 1 } },
    'window.size': { window: { kind: 'count', size: 513 } },
    'window.buckets': { window: { kind: 'time', ms: 1000, buckets: 61 } },
    slow: { slow: { ms: 1 }, window: { kind: 'consecutive', failures: 1 } },
    'slow.ms': { slow: { ms: Number.NaN } },
    'open.minMs': { open: { minMs: 0, maxMs: 1 } },
    'open.jitter': { open: { minMs: 1, maxMs: 1, jitter: 'some' as 'full' } },
    'trial.permits': { trial: { permits: 33 } },
    'trial.permitMs': { trial: { permitMs: Number.POSITIVE_INFINITY } },
    shared: { shared: new SharedArrayBuffer(8) },
  } as const;
  for (const [where, options] of Object.entries(wrong)) {
    t.throws(() => new CircuitBreaker(options), { code: 'ERR_OPTION', where });
  }
});
