import t from 'tap';
import { type Call, Hedge, RetryBudget } from '#runtime/resilience/index.js';
import { Deferred, ManualTime, settle } from '../manual-time.js';

function rig(options: { most?: number; quantile?: number } = {}, reserve = 10) {
  const time = new ManualTime();
  const budget = new RetryBudget({ ratio: 0, reserve });
  const hedge = new Hedge({ afterMs: 100, budget, ...options }, time);
  const tries: { readonly call: Call; readonly end: Deferred<string> }[] = [];
  const run = (idempotent = true): Promise<string> =>
    hedge.run(
      (call) => {
        const end = new Deferred<string>();
        tries.push({ call, end });
        return end.promise;
      },
      { idempotent },
    );
  return { time, budget, hedge, tries, run };
}

t.test('a second try begins beside a slow first one, and the first result counts', async (t) => {
  const { time, hedge, tries, run } = rig();
  const pending = run();
  await time.advance(99);
  t.equal(tries.length, 1);
  await time.advance(1);
  t.same([tries.length, hedge.hedges], [2, 1]);
  const { signal } = tries[0]!.call;
  tries[1]!.end.resolve('second');
  t.equal(await pending, 'second');
  t.ok(signal.aborted, 'the one that lost is given up');
  t.equal(time.timers, 0);
  tries[0]!.end.reject(new Error('late'));
  await settle();
});

t.test('one that answers in time is alone', async (t) => {
  const { time, tries, run } = rig();
  const pending = run();
  await time.advance(50);
  tries[0]!.end.resolve('first');
  t.equal(await pending, 'first');
  await time.advance(1000);
  t.equal(tries.length, 1);
});

t.test('a call that must not be made twice is never hedged', async (t) => {
  const { time, tries, run } = rig();
  const pending = run(false);
  await time.advance(10_000);
  t.equal(tries.length, 1);
  tries[0]!.end.resolve('first');
  t.equal(await pending, 'first');
});

t.test('a failure waits for the other tries; when all fail, the last error is told', async (t) => {
  const { time, tries, run } = rig({ most: 2 });
  const pending = run();
  pending.catch(() => {});
  await time.advance(200);
  t.equal(tries.length, 3, 'no more than so many beside the first');
  for (const [i, { end }] of tries.entries()) end.reject(new Error(`error ${i}`));
  await t.rejects(pending, { message: 'error 2' });
  const next = run();
  await time.advance(100);
  tries[3]!.end.reject(new Error('first'));
  await settle();
  tries[4]!.end.resolve('second');
  t.equal(await next, 'second');
});

t.test('the budget bounds the hedges', async (t) => {
  const { time, tries, run } = rig({}, 3);
  const all = Array.from({ length: 10 }, () => run());
  await time.advance(1000);
  t.equal(tries.length, 13);
  for (const { end } of tries) end.resolve('x');
  await Promise.all(all);
});

t.test('the delay follows the latencies when it is told to', async (t) => {
  const { time, tries, run } = rig({ quantile: 0.9 });
  for (let i = 1; i <= 16; i++) {
    const pending = run();
    await time.advance(i);
    tries.at(-1)!.end.resolve('x');
    await pending;
  }
  const pending = run();
  await time.advance(14);
  t.equal(tries.length, 17);
  await time.advance(1);
  t.equal(tries.length, 18, 'the second slowest of sixteen took 15 ms');
  tries[17]!.end.resolve('x');
  await pending;
});

t.test('an hour on the clock, either way, neither hedges at once nor never again', async (t) => {
  for (const stepMs of [3_600_000, -3_600_000]) {
    const { time, tries, run } = rig({ quantile: 0.9 });
    for (let i = 1; i <= 16; i++) {
      const pending = run();
      await time.advance(20);
      if (i === 8) time.step(stepMs);
      tries.at(-1)!.end.resolve('x');
      await pending;
    }
    const pending = run();
    await time.advance(19);
    t.equal(tries.length, 17, `${stepMs}`);
    await time.advance(1);
    t.equal(tries.length, 18, `${stepMs}: one odd latency is none of many`);
    tries[17]!.end.resolve('x');
    await pending;
  }
});

t.test('an abort ends all tries', async (t) => {
  const { time, hedge } = rig();
  const abort = new AbortController();
  const signals: AbortSignal[] = [];
  const pending = hedge.run(
    (call) => {
      signals.push(call.signal);
      return new Promise(() => {});
    },
    { signal: abort.signal, idempotent: true },
  );
  await time.advance(100);
  abort.abort();
  await t.rejects(pending, { code: 'ERR_CALL_ABORTED' });
  t.same(
    signals.map(({ aborted }) => aborted),
    [true, true],
  );
  t.equal(time.timers, 0);
});
