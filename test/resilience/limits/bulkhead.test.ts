import t from 'tap';
import { Bulkhead, Timeout } from '#runtime/resilience/index.js';
import { Deferred, ManualTime, settle } from '../manual-time.js';

/** A bulkhead, and calls that run until they are ended. */
function rig(options: ConstructorParameters<typeof Bulkhead>[0]) {
  const time = new ManualTime();
  const bulkhead = new Bulkhead(options, time);
  const begun: number[] = [];
  const ends = new Map<number, Deferred<number>>();
  const outcomes: string[] = [];
  const call = (number: number, signal?: AbortSignal): void => {
    const end = new Deferred<number>();
    ends.set(number, end);
    bulkhead
      .run(
        () => {
          begun.push(number);
          return end.promise;
        },
        signal === undefined ? undefined : { signal },
      )
      .then(
        () => outcomes.push(`${number} ok`),
        (error: { code: string }) => outcomes.push(`${number} ${error.code}`),
      );
  };
  return { time, bulkhead, begun, ends, outcomes, call };
}

t.test('so many run, so many wait in order, the rest is refused', async (t) => {
  const { bulkhead, begun, ends, outcomes, call } = rig({ limit: 2, queue: 2, name: 'db' });
  for (let i = 0; i < 6; i++) call(i);
  await settle();
  t.same(begun, [0, 1]);
  t.same(outcomes, ['4 ERR_BULKHEAD_FULL', '5 ERR_BULKHEAD_FULL']);
  t.same([bulkhead.running, bulkhead.waiting, bulkhead.rejected], [2, 2, 2]);
  ends.get(1)!.resolve(1);
  await settle();
  t.same(begun, [0, 1, 2]);
  ends.get(2)!.reject(new Error('failed'));
  ends.get(0)!.resolve(1);
  await settle();
  t.same(begun, [0, 1, 2, 3], 'a failure gives its place back, too');
  ends.get(3)!.resolve(1);
  await settle();
  t.same([bulkhead.running, bulkhead.waiting], [0, 0]);
});

t.test('one that waits too long or gives up leaves the queue', async (t) => {
  const { time, bulkhead, begun, ends, outcomes, call } = rig({
    limit: 1,
    queue: 3,
    queueTimeoutMs: 100,
  });
  const abort = new AbortController();
  call(0);
  call(1);
  await time.advance(50);
  call(2);
  call(3, abort.signal);
  await time.advance(50);
  t.same(outcomes, ['1 ERR_BULKHEAD_FULL']);
  abort.abort();
  await settle();
  t.same(outcomes.slice(1), ['3 ERR_CALL_ABORTED']);
  t.same([bulkhead.waiting, time.timers], [1, 1]);
  ends.get(0)!.resolve(0);
  await settle();
  t.same(begun, [0, 2]);
  t.equal(time.timers, 0);
});

t.test('a call that was given up holds its place until it has really ended', async (t) => {
  const time = new ManualTime();
  const bulkhead = new Bulkhead({ limit: 1 }, time);
  const timeout = new Timeout({ ms: 100 }, time);
  const slow = new Deferred<void>();
  const pending = timeout.run((call) => bulkhead.run(() => slow.promise, call));
  pending.catch(() => {});
  await time.advance(100);
  await t.rejects(pending, { code: 'ERR_CALL_TIMEOUT' });
  await t.rejects(
    bulkhead.run(() => 1),
    { code: 'ERR_BULKHEAD_FULL' },
  );
  slow.resolve();
  await settle();
  t.equal(await bulkhead.run(() => 1), 1);
});

t.test('one that gives up in the moment in which it gets its place passes it on', async (t) => {
  const { begun, bulkhead, ends, outcomes, call } = rig({ limit: 1, queue: 2 });
  const abort = new AbortController();
  call(0);
  call(1, abort.signal);
  call(2);
  await settle();
  ends.get(0)!.resolve(0);
  // After the microtask that gives the place away, before the one in which it is taken.
  queueMicrotask(() => abort.abort());
  await settle();
  t.same(begun, [0, 2]);
  t.ok(outcomes.includes('1 ERR_CALL_ABORTED'));
  ends.get(2)!.resolve(1);
  await settle();
  t.equal(bulkhead.running, 0);
});

t.test('options out of range are named', async (t) => {
  for (const [where, options] of Object.entries({
    limit: { limit: 0 },
    queue: { limit: 1, queue: -1 },
    queueTimeoutMs: { limit: 1, queueTimeoutMs: Number.NaN },
  })) {
    t.throws(() => new Bulkhead(options), { code: 'ERR_OPTION', where });
  }
});

t.test('an hour on the clock, or of idleness, neither ends a waiting nor holds it', async (t) => {
  for (const stepMs of [3_600_000, -3_600_000]) {
    const { time, bulkhead, begun, ends, outcomes, call } = rig({
      limit: 1,
      queue: 2,
      queueTimeoutMs: 100,
    });
    await time.advance(3_600_000);
    call(0);
    call(1);
    call(2);
    await time.advance(50);
    time.step(stepMs);
    await settle();
    t.same(outcomes, [], `${stepMs}: nobody has left`);
    ends.get(0)!.resolve(0);
    await settle();
    t.same(begun, [0, 1], `${stepMs}: the first place that is free is given`);
    await time.advance(50);
    await settle();
    t.same(outcomes, ['0 ok', '2 ERR_BULKHEAD_FULL'], `${stepMs}: after its time the last leaves`);
    t.same([bulkhead.running, bulkhead.waiting], [1, 0]);
  }
});
