import t, { type Test } from 'tap';
import { PHASE_SHARES, PHASES, phaseLimitMs, within } from '../../runtime/system/shutdown.js';

t.test(
  'every phase has a share of the time that is left, and may use no more than that',
  async (t) => {
    t.same(Object.keys(PHASE_SHARES), [...PHASES]);
    for (const phase of PHASES) {
      const limitMs = phaseLimitMs(phase, 1000, 11_000);
      t.equal(limitMs, 10_000 * PHASE_SHARES[phase], phase);
      t.ok(limitMs > 0 && limitMs <= 10_000, phase);
    }
  },
);

t.test('when all run into their limits, the whole stays within the deadline', async (t) => {
  const deadlineMs = 10_000;
  let nowMs = 0;
  const limits = PHASES.slice(1).map((phase) => {
    const limitMs = phaseLimitMs(phase, nowMs, deadlineMs);
    nowMs += limitMs;
    return limitMs;
  });
  t.ok(nowMs <= deadlineMs);
  t.ok(
    limits.every((limitMs) => limitMs > 0),
    'and each has had some time',
  );
});

t.test('time that a phase does not use is there for the next', async (t) => {
  t.equal(phaseLimitMs('threads-down', 9000, 10_000), 1000);
  t.ok(phaseLimitMs('stop-trees', 0, 10_000) > phaseLimitMs('stop-trees', 3000, 10_000));
});

t.test('after the deadline no phase has any time', async (t) => {
  for (const phase of PHASES) t.equal(phaseLimitMs(phase, 20_000, 10_000), 0, phase);
});

t.test('an endless deadline gives every phase all the time', async (t) => {
  for (const phase of PHASES) {
    t.equal(phaseLimitMs(phase, 5, Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY, phase);
  }
});

/** Makes timers stand still; @returns the delays that were asked for, and a way to let one fire */
function holdTimers(t: Test): { delays: number[]; cleared: () => number; fire: () => void } {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  const timers: (() => void)[] = [];
  const delays: number[] = [];
  let cleared = 0;
  globalThis.setTimeout = ((callback: () => void, delayMs: number) => {
    delays.push(delayMs);
    return timers.push(callback);
  }) as unknown as typeof setTimeout;
  globalThis.clearTimeout = () => void cleared++;
  t.teardown(() => Object.assign(globalThis, real));
  return { delays, cleared: () => cleared, fire: () => timers.pop()!() };
}

t.test('what is done in time is true, and its timer is taken off', async (t) => {
  const timers = holdTimers(t);
  t.equal(await within(Promise.resolve('done'), 50), true);
  t.same(timers.delays, [50]);
  t.equal(timers.cleared(), 1);
});

t.test('what is not done in time is false', async (t) => {
  const timers = holdTimers(t);
  const late = within(new Promise(() => {}), 50);
  timers.fire();
  t.equal(await late, false);
});

t.test('what fails says so', async (t) => {
  holdTimers(t);
  await t.rejects(within(Promise.reject(new Error('mine')), 50), { message: 'mine' });
});

t.test('an endless limit is a long timer, not one that fires at once', async (t) => {
  const timers = holdTimers(t);
  t.equal(await within(Promise.resolve(), Number.POSITIVE_INFINITY), true);
  t.same(timers.delays, [2 ** 31 - 1]);
});
