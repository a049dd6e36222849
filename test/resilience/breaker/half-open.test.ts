import t from 'tap';
import { Deferred, settle } from '../manual-time.js';
import { BreakerRig, QUICK } from './breaker-rig.js';

/** A rig whose open time is over, and calls that are settled by hand. */
async function probing(trial: { permits: number; permitMs: number }, failureRate = 0.5) {
  const rig = new BreakerRig({ ...QUICK, trial, failureRate }).open();
  await rig.time.advance(1000);
  const calls: Deferred<number>[] = [];
  let refused = 0;
  const call = (): void => {
    const made = new Deferred<number>();
    rig.breaker
      .run(() => {
        calls.push(made);
        return made.promise;
      })
      .catch((error: { code?: string }) => {
        if (error.code === 'ERR_BREAKER_OPEN') refused++;
      });
  };
  return { rig, calls, call, refusals: () => refused };
}

t.test('of a hundred callers at once three pass, and their verdict closes it', async (t) => {
  const { rig, calls, call, refusals } = await probing({ permits: 3, permitMs: 500 }, 0.3);
  for (let i = 0; i < 100; i++) call();
  await settle();
  t.same([calls.length, refusals()], [3, 97]);
  for (const each of calls) each.resolve(1);
  await settle();
  t.equal(rig.breaker.phase, 'closed');
});

t.test('a call that never settles is judged at the deadline of its permit', async (t) => {
  const { rig, calls, call } = await probing({ permits: 3, permitMs: 500 }, 0.3);
  for (let i = 0; i < 100; i++) call();
  calls[0]!.resolve(1);
  calls[1]!.resolve(1);
  await rig.time.advance(499);
  t.equal(rig.breaker.phase, 'half-open', 'the third could still decide it');
  await rig.time.advance(1);
  t.equal(rig.breaker.phase, 'open');
  calls[2]!.resolve(1);
  await settle();
  t.equal(rig.breaker.phase, 'open');
  t.equal(rig.breaker.metrics.late, 1);
});

t.test('each permit has a deadline of its own', async (t) => {
  const { rig, call, calls } = await probing({ permits: 4, permitMs: 500 }, 0.5);
  call();
  await rig.time.advance(300);
  call();
  await rig.time.advance(200);
  t.equal(rig.breaker.phase, 'half-open', 'one of four has failed');
  call();
  calls[0]!.resolve(1);
  await settle();
  t.equal(rig.breaker.metrics.late, 1, 'a late result does not take the permit of another');
  await rig.time.advance(299);
  t.equal(rig.breaker.phase, 'half-open');
  await rig.time.advance(1);
  t.equal(rig.breaker.phase, 'open', 'two of four');
});

t.test('the verdict comes as soon as the rest cannot change it', async (t) => {
  const closing = await probing({ permits: 5, permitMs: 500 }, 0.6);
  for (let i = 0; i < 5; i++) closing.call();
  for (let i = 0; i < 3; i++) closing.calls[i]!.resolve(1);
  await settle();
  t.equal(closing.rig.breaker.phase, 'closed', 'at most two of five can fail');
  const opening = await probing({ permits: 5, permitMs: 500 }, 0.6);
  for (let i = 0; i < 5; i++) opening.call();
  for (let i = 0; i < 3; i++) opening.calls[i]!.reject(new Error('bad'));
  await settle();
  t.equal(opening.rig.breaker.phase, 'open');
});

t.test('one lucky call closes nothing when several are wanted', async (t) => {
  const { rig, call, calls } = await probing({ permits: 3, permitMs: 500 });
  call();
  calls[0]!.resolve(1);
  await settle();
  t.equal(rig.breaker.phase, 'half-open');
});

t.test('slow calls decide a trial as failures do', async (t) => {
  const trial = async (...tookMs: number[]): Promise<string> => {
    const rig = new BreakerRig({
      window: { kind: 'count', size: 2 },
      failureRate: 1,
      slow: { ms: 100, rate: 0.6 },
      open: { minMs: 1000, maxMs: 1000, jitter: 'none' },
      trial: { permits: 3, permitMs: 500 },
    }).open();
    await rig.time.advance(1000);
    const phases: string[] = [];
    for (const ms of tookMs) {
      await rig.breaker.run(() => rig.time.advance(ms));
      phases.push(rig.breaker.phase);
    }
    return phases.join();
  };
  t.equal(await trial(101, 101), 'half-open,open');
  t.equal(await trial(0, 101, 0), 'half-open,half-open,closed');
  t.equal(await trial(0, 0), 'half-open,closed', 'one of three is not enough');
});

t.test('ignored results and aborts give their permit back', async (t) => {
  const rig = new BreakerRig({ ...QUICK, judgeError: () => 'ignore', trial: { permits: 1 } });
  rig.breaker.tryAcquire()!.settle('failure');
  rig.breaker.tryAcquire()!.settle('failure');
  await rig.time.advance(1000);
  for (let i = 0; i < 100; i++) t.ok(rig.bad(), 'ignored');
  const abort = new AbortController();
  const pending = rig.breaker.run(() => new Promise(() => {}), { signal: abort.signal });
  t.notOk(rig.good(), 'its permit is out');
  abort.abort();
  await t.rejects(pending, { code: 'ERR_CALL_ABORTED' });
  t.ok(rig.good());
  t.equal(rig.breaker.phase, 'closed');
});

t.test('results of a former generation mean nothing', async (t) => {
  const rig = new BreakerRig();
  const early = [new Deferred<void>(), new Deferred<void>(), new Deferred<void>()];
  const pending = early.map(({ promise }) => rig.breaker.run(() => promise).catch(() => {}));
  rig.open();
  for (const each of early.slice(0, 2)) each.reject(new Error('bad'));
  await settle();
  await rig.time.advance(1000);
  t.ok(rig.good(), 'the open time was not begun anew');
  early[2]!.reject(new Error('bad'));
  await Promise.all(pending);
  t.equal(rig.breaker.phase, 'half-open', 'the trial does not count it');
  t.equal(rig.breaker.metrics.late, 3);
});
