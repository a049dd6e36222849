import t from 'tap';
import { CircuitBreaker, shareBreaker } from '#runtime/resilience/index.js';
import { Deferred, settle } from '../manual-time.js';
import { BreakerRig, QUICK } from './breaker-rig.js';

/** A breaker with one permit, taken, and calls that wait. */
async function waiting(waiting: number) {
  const trial = { permits: 1, permitMs: 500, waiting };
  const rig = new BreakerRig({ ...QUICK, trial }).open();
  await rig.time.advance(1000);
  const probe = new Deferred<void>();
  const outcomes: string[] = [];
  const call = (name: string, operation: () => unknown, signal?: AbortSignal): void => {
    rig.breaker.run(operation, signal === undefined ? undefined : { signal }).then(
      () => outcomes.push(`${name} ok`),
      (error: { code?: string }) => outcomes.push(`${name} ${error.code}`),
    );
  };
  call('probe', () => probe.promise);
  await settle();
  return { rig, probe, outcomes, call };
}

const OPEN = 'ERR_BREAKER_OPEN';

t.test('so many calls wait for the verdict, and pass when it is good', async (t) => {
  const { rig, probe, outcomes, call } = await waiting(2);
  for (const name of ['a', 'b', 'c']) call(name, () => 1);
  await settle();
  t.same(outcomes, [`c ${OPEN}`]);
  t.equal(rig.time.timers, 1, 'one timer for all');
  probe.resolve();
  await settle();
  t.same(outcomes.slice(1).sort(), ['a ok', 'b ok', 'probe ok']);
  t.equal(rig.time.timers, 0);
  t.equal(rig.breaker.metrics.rejected, 1);
});

t.test('they are refused when it is bad, also by the deadline of the permit', async (t) => {
  const bad = await waiting(2);
  bad.call('a', () => 1);
  bad.probe.reject(Object.assign(new Error('bad'), { code: 'BAD' }));
  await settle();
  t.same(bad.outcomes.sort(), [`a ${OPEN}`, 'probe BAD']);
  const late = await waiting(2);
  late.call('a', () => 1);
  await late.rig.time.advance(499);
  t.same(late.outcomes, []);
  await late.rig.time.advance(1);
  t.same(late.outcomes, [`a ${OPEN}`]);
  t.equal(late.rig.time.timers, 0);
});

t.test('a permit that comes back goes to the first that waits', async (t) => {
  const { rig, probe, outcomes, call } = await waiting(3);
  const abort = new AbortController();
  const second = new Deferred<void>();
  call('a', () => second.promise, abort.signal);
  call('b', () => 1);
  call('c', () => 1);
  probe.reject(new DOMException('gone', 'AbortError'));
  await settle();
  t.same(outcomes, ['probe 20']);
  abort.abort();
  await settle();
  t.same(outcomes.slice(1).sort(), ['a ERR_CALL_ABORTED', 'b ok', 'c ok']);
  t.equal(rig.breaker.phase, 'closed');
  t.equal(rig.time.timers, 0);
});

t.test('one that gives up while it waits leaves no timer', async (t) => {
  const { rig, outcomes, call } = await waiting(1);
  const abort = new AbortController();
  call('a', () => 1, abort.signal);
  await settle();
  abort.abort();
  await settle();
  t.same(outcomes, ['a ERR_CALL_ABORTED']);
  t.equal(rig.time.timers, 0);
  call('b', () => 1);
  await settle();
  t.same(outcomes.length, 1, 'its place is free');
});

t.test('nobody waits for a verdict of other threads', async (t) => {
  const trial = { waiting: 1 };
  t.throws(() => new CircuitBreaker({ trial, shared: shareBreaker() }), {
    code: 'ERR_OPTION',
    where: 'trial.waiting',
  });
});
