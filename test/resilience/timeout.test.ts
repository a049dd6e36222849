import t from 'tap';
import {
  type Call,
  deadlineAfter,
  earlier,
  NO_DEADLINE,
  refuseLate,
  remainingMs,
  shrink,
  Timeout,
} from '#runtime/resilience/index.js';
import { Deferred, ManualTime, settle } from './manual-time.js';

/** The code of what a promise rejects with, once it does. */
function codeOf(promise: Promise<unknown>): { code: string | undefined } {
  const seen: { code: string | undefined } = { code: undefined };
  promise.catch((error: { code?: string }) => {
    seen.code = error.code;
  });
  return seen;
}

t.test(
  'a call is given up after its time, heeding or not, and its late result counted',
  async (t) => {
    const time = new ManualTime();
    const timeout = new Timeout({ ms: 100 }, time);
    const slow = new Deferred<number>();
    let signal: AbortSignal | undefined;
    const seen = codeOf(
      timeout.run((call) => {
        signal = call.signal;
        return slow.promise;
      }),
    );
    await time.advance(99);
    t.same([seen.code, signal?.aborted], [undefined, false]);
    await time.advance(1);
    t.same([seen.code, signal?.aborted], ['ERR_CALL_TIMEOUT', true]);
    t.match(signal?.reason, { code: 'ERR_CALL_TIMEOUT' });
    t.equal(timeout.late, 0);
    slow.resolve(1);
    await settle();
    t.equal(timeout.late, 1);
  },
);

t.test('a result in time leaves no timer, and one late does no harm to others', async (t) => {
  const time = new ManualTime();
  const timeout = new Timeout({ ms: 100 }, time);
  t.equal(await timeout.run(() => 7), 7);
  t.equal(await timeout.run(() => undefined), undefined);
  await t.rejects(
    timeout.run(() => {
      throw new RangeError('at once');
    }),
    { message: 'at once' },
  );
  t.equal(time.timers, 0);
  const [one, two] = [new Deferred<number>(), new Deferred<number>()];
  const first = codeOf(timeout.run(() => one.promise));
  await time.advance(60);
  const second = timeout.run(() => two.promise);
  await time.advance(40);
  t.equal(first.code, 'ERR_CALL_TIMEOUT');
  two.resolve(2);
  t.equal(await second, 2, 'its signal is its own');
  one.reject(new Error('late'));
  await settle();
  t.equal(timeout.late, 1);
});

t.test('a deadline shrinks on its way: the earlier one counts', async (t) => {
  const time = new ManualTime();
  const outer = new Timeout({ ms: 100 }, time);
  const inner = new Timeout({ ms: 80 }, time);
  const left: number[] = [];
  const note = (call: Call): void => void left.push(call.remainingMs);
  await outer.run(async (call) => {
    note(call);
    await time.advance(50);
    await inner.run((call) => note(call), call);
    await inner.run((call) => note(call), { deadline: shrink(call.deadline, 20) });
    await inner.run((call) => note(call), { deadline: NO_DEADLINE });
  });
  t.same(left, [100, 50, 30, 80]);
});

t.test('a deadline is plain data, and what has passed is refused', async (t) => {
  const { clock, ...time } = new ManualTime();
  const deadline = structuredClone(deadlineAfter(100, clock));
  t.equal(remainingMs(deadline, clock), 100);
  t.equal(remainingMs(structuredClone(NO_DEADLINE), clock), Number.POSITIVE_INFINITY);
  t.same(earlier(deadline, NO_DEADLINE), deadline);
  t.same(earlier({ atMs: 5 }, { atMs: 4 }), { atMs: 4 });
  refuseLate(deadline, clock);
  const past = shrink(deadline, 100);
  t.equal(remainingMs(past, clock), 0);
  t.throws(() => refuseLate(past, clock), { code: 'ERR_CALL_TIMEOUT' });
  let calls = 0;
  const timeout = new Timeout({ ms: 100 }, { clock, ...time });
  await t.rejects(
    timeout.run(() => calls++, { deadline: past }),
    { code: 'ERR_CALL_TIMEOUT' },
  );
  t.equal(calls, 0);
  t.throws(() => deadlineAfter(-1), { code: 'ERR_OPTION' });
  t.throws(() => deadlineAfter(Number.NaN), { code: 'ERR_OPTION' });
});

t.test('what is left and the signal go to an ask', async (t) => {
  const time = new ManualTime();
  await new Timeout({ ms: 100 }, time).run(async (call) => {
    await time.advance(40);
    t.same(call.askOptions, { timeoutMs: 60, signal: call.signal });
    time.step(70);
    t.throws(() => call.askOptions, { code: 'ERR_CALL_TIMEOUT' });
  });
});

t.test('an hour on the clock, either way, neither ends a call nor holds it', async (t) => {
  for (const stepMs of [3_600_000, -3_600_000]) {
    const time = new ManualTime();
    const timeout = new Timeout({ ms: 100 }, time);
    const seen = codeOf(timeout.run(() => new Promise(() => {})));
    time.step(stepMs);
    await time.advance(99);
    t.equal(seen.code, undefined);
    await time.advance(1);
    t.equal(seen.code, 'ERR_CALL_TIMEOUT');
    t.equal(time.timers, 0);
  }
});

t.test(
  'a signal that is aborted before calls nobody, and one that never is keeps nothing',
  async (t) => {
    const timeout = new Timeout({ ms: 100 }, new ManualTime());
    let calls = 0;
    await t.rejects(
      timeout.run(() => calls++, { signal: AbortSignal.abort('x') }),
      { code: 'ERR_CALL_ABORTED', cause: 'x' },
    );
    t.equal(calls, 0);
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: [never, never]) => {
      listeners++;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: [never, never]) => {
      listeners--;
      removeEventListener.apply(signal, args);
    };
    await timeout.run(() => t.equal(listeners, 1), { signal });
    t.equal(listeners, 0);
  },
);

t.test('a time that is none is refused', async (t) => {
  for (const ms of [0, -1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY]) {
    t.throws(() => new Timeout({ ms }), { code: 'ERR_OPTION', where: 'ms' });
  }
});
