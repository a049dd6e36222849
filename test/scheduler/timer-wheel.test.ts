import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { TimerEntry } from '../../runtime/scheduler/timer-entry.js';
import { TimerWheel } from '../../runtime/scheduler/timer-wheel.js';
import { TimerModel } from './timer-model.js';

const ignore = (): void => {};

/** Advances and returns the owners of the timers that fired. */
function fired<Owner>(wheel: TimerWheel<Owner>, nowMs: number): Owner[] {
  const owners: Owner[] = [];
  wheel.advance(nowMs, (timer) => owners.push(timer.owner));
  return owners;
}

t.test('a timer fires at its deadline, not before, and once', async (t) => {
  for (const delayMs of [1, 63, 64, 65, 4095, 4096, 2 ** 30, 2 ** 36 - 1, 2 ** 36, 2 ** 41 + 7]) {
    const wheel = new TimerWheel<string>(1000);
    const timer = new TimerEntry('a');
    wheel.schedule(timer, 1000, delayMs);
    t.same(fired(wheel, 1000 + delayMs - 1), [], `${delayMs} ms: early`);
    t.equal(timer.isArmed, true);
    t.same(fired(wheel, 1000 + delayMs), ['a'], `${delayMs} ms: due`);
    t.equal(timer.isArmed, false);
    t.same(fired(wheel, 1000 + delayMs * 2), [], `${delayMs} ms: again`);
    t.equal(wheel.size, 0);
  }
});

t.test('fractions are rounded up, so that no timer is early by a part of a tick', async (t) => {
  const wheel = new TimerWheel<string>(10.25);
  wheel.schedule(new TimerEntry('a'), 10.25, 5);
  t.same(fired(wheel, 15.999), []);
  t.same(fired(wheel, 16), ['a']);
});

t.test('a delay of 0 expires at the next advance, even within the same tick', async (t) => {
  const wheel = new TimerWheel<string>(10);
  wheel.schedule(new TimerEntry('a'), 10.5, 0);
  t.ok(wheel.nextExpiryMs() <= 10.5);
  t.same(fired(wheel, 10.6), ['a']);
});

t.test(
  'what is due at once is not passed over when the tick has been reached before',
  async (t) => {
    const wheel = new TimerWheel<string>(10);
    t.same(fired(wheel, 10.2), []);
    wheel.schedule(new TimerEntry('a'), 10.2, 0);
    t.same(fired(wheel, 10.3), ['a']);
    wheel.schedule(new TimerEntry('b'), 9.5, 0.25);
    t.same(fired(wheel, 10.4), ['b'], 'due before it was armed');
    const again = new TimerEntry('c');
    wheel.schedule(again, 10.4, 0);
    t.throws(() =>
      wheel.advance(10.5, (timer) => {
        wheel.schedule(timer, 10.5, 0);
        throw new Error('in a visit');
      }),
    );
    t.same(fired(wheel, 10.6), ['c'], 'armed by a visit that threw');
    wheel.schedule(again, 10.6, 0.5);
    t.same(fired(wheel, 10.99), []);
    t.same(fired(wheel, 12), ['c']);
  },
);

t.test('timers of one tick fire in order of arming, from whichever level they come', async (t) => {
  for (const deadlineMs of [70, 5000, 300_000, 2 ** 31, 2 ** 36 + 2 ** 33, 2 ** 39 + 1]) {
    const wheel = new TimerWheel<number>(0);
    const count = 40;
    for (let i = 0; i < count; i++) {
      const nowMs = deadlineMs - Math.ceil(deadlineMs / 2 ** i);
      wheel.advance(nowMs, ignore);
      wheel.schedule(new TimerEntry(i), nowMs, deadlineMs - nowMs);
    }
    const order = Array.from({ length: count }, (_, i) => i);
    t.same(fired(wheel, deadlineMs), order, `deadline ${deadlineMs}`);
  }
});

t.test('a cancelled timer does not fire, and the answer tells whether it was armed', async (t) => {
  const wheel = new TimerWheel<string>(0);
  const timer = new TimerEntry('a');
  t.equal(wheel.cancel(timer), false);
  wheel.schedule(timer, 0, 100);
  t.equal(wheel.cancel(timer), true);
  t.equal(wheel.cancel(timer), false);
  t.equal(wheel.size, 0);
  t.equal(wheel.nextExpiryMs(), Number.POSITIVE_INFINITY);
  t.same(fired(wheel, 1000), []);
});

t.test('arming an armed timer moves it', async (t) => {
  const wheel = new TimerWheel<string>(0);
  const timer = new TimerEntry('a');
  wheel.schedule(timer, 0, 10);
  wheel.schedule(timer, 5, 10);
  t.equal(wheel.size, 1);
  t.same(fired(wheel, 14), []);
  t.same(fired(wheel, 15), ['a']);
});

t.test('a visitor that arms for now, for ever, does not hold the advance', async (t) => {
  const wheel = new TimerWheel<string>(0);
  const timer = new TimerEntry('a');
  wheel.schedule(timer, 0, 1);
  const again = (): void => wheel.schedule(timer, timer.deadlineMs, 1);
  t.equal(wheel.advance(2, again), 1, 'not again in the same advance');
  t.equal(wheel.advance(1000, again), 1, 'late beats fire once an advance');
  t.equal(wheel.advance(1000, again), 1, 'and are made up for');
  t.equal(timer.deadlineMs, 4);
});

t.test('a visitor can cancel a timer that is about to fire', async (t) => {
  const wheel = new TimerWheel<string>(0);
  const [a, b] = [new TimerEntry('a'), new TimerEntry('b')];
  for (const timer of [a, b]) wheel.schedule(timer, 0, 5);
  t.equal(
    wheel.advance(5, () => wheel.cancel(b)),
    1,
  );
  t.equal(wheel.size, 0);
});

t.test('timers that a throwing visitor was not shown fire at the next advance', async (t) => {
  const wheel = new TimerWheel<number>(0);
  for (const delayMs of [5, 5, 70, 5000]) wheel.schedule(new TimerEntry(delayMs), 0, delayMs);
  t.throws(() =>
    wheel.advance(10_000, () => {
      throw new Error('stop');
    }),
  );
  t.ok(wheel.nextExpiryMs() <= 10_000);
  t.same(fired(wheel, 10_000), [5, 70, 5000]);
});

t.test('what a throwing visitor left over is due', async (t) => {
  const wheel = new TimerWheel<string>(0);
  for (const owner of ['a', 'b']) wheel.schedule(new TimerEntry(owner), 0, 5);
  t.throws(() =>
    wheel.advance(9, () => {
      throw new Error('stop');
    }),
  );
  t.equal(wheel.nextExpiryMs(), 9);
  t.same(fired(wheel, 9), ['b']);
});

t.test('time that goes back stands still', async (t) => {
  const wheel = new TimerWheel<string>(100);
  wheel.schedule(new TimerEntry('a'), 100, 5);
  wheel.advance(104, ignore);
  t.same(fired(wheel, 50), []);
  t.equal(wheel.nextExpiryMs(), 105);
  t.same(fired(wheel, 60), []);
  t.same(fired(wheel, 105), ['a']);
});

t.test('what is no time is a defect of the caller', async (t) => {
  const wheel = new TimerWheel<string>(0);
  const timer = new TimerEntry('a');
  for (const delayMs of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => wheel.schedule(timer, 0, delayMs), { code: 'ERR_INVARIANT' });
  }
  t.throws(() => wheel.advance(Number.NaN, ignore), { code: 'ERR_INVARIANT' });
  t.throws(() => new TimerWheel(-1), { code: 'ERR_INVARIANT' });
  t.equal(timer.isArmed, false);
});

t.test('to park until the next expiry again and again reaches each timer on time', async (t) => {
  const delay = fc.oneof(fc.nat(100), fc.nat(2 ** 20), fc.nat(2 ** 31 - 1), fc.nat({ max: 40 }));
  fc.assert(
    fc.property(fc.array(delay, { minLength: 1, maxLength: 30 }), fc.nat(5000), (delays, start) => {
      const wheel = new TimerWheel<number>(start);
      // Every third delay becomes one of decades.
      for (const [i, d] of delays.entries()) {
        wheel.schedule(new TimerEntry(i), start, i % 3 === 2 ? d * 1000 : d);
      }
      let parkedCount = 0;
      for (let nowMs = start; wheel.size > 0; parkedCount++) {
        const nextMs = wheel.nextExpiryMs();
        assert.ok(parkedCount === 0 || nextMs > nowMs || delays.includes(0), 'progress');
        nowMs = Math.max(nowMs, nextMs);
        wheel.advance(nowMs, (timer) => assert.equal(timer.deadlineMs, nowMs));
      }
      // At most one stop a level for each timer, and one for each 64 units of 2^30 ms.
      assert.ok(parkedCount <= delays.length * 6 + 2 ** 41 / 2 ** 36, `${parkedCount} stops`);
    }),
    { numRuns: 500 },
  );
  t.pass();
});

/** Delays and steps of time: about each level's borders, and anything between. */
const span = fc.oneof(
  { weight: 4, arbitrary: fc.nat(70) },
  { weight: 3, arbitrary: fc.nat(5000) },
  { weight: 2, arbitrary: fc.nat(2 ** 31 - 1) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(6, 12, 18, 24, 30, 36, 40), fc.integer({ min: -2, max: 2 }))
      .map(([exponent, offset]) => 2 ** exponent + offset),
  },
  { weight: 1, arbitrary: fc.nat(400).map((quarters) => quarters / 4) },
);
const TIMERS = 24;
const which = fc.nat(TIMERS - 1);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ op: fc.constant('arm' as const), which, span }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('cancel' as const), which, span }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('advance' as const), which, span }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('jump' as const), which, span }) },
);
/** What the visitor does when a timer fires, by the timer. */
const reaction = fc.record({
  op: fc.constantFrom('none' as const, 'none' as const, 'arm' as const, 'cancel' as const),
  which,
  span,
});

t.test('the wheel behaves as a sorted list, with visitors that arm and cancel', async (t) => {
  const reactions = fc.array(reaction, { minLength: TIMERS, maxLength: TIMERS });
  const run = fc.property(
    fc.nat(2 ** 31 - 1),
    fc.array(step, { maxLength: 400, size: 'max' }),
    reactions,
    (startMs, steps, reactions) => {
      const wheel = new TimerWheel<number>(startMs);
      const model = new TimerModel(startMs);
      const timers = Array.from({ length: TIMERS }, (_, id) => new TimerEntry(id));
      let nowMs = startMs;
      const visitWith =
        (log: number[], arm: (id: number, delay: number) => void, cancel: (id: number) => void) =>
        (id: number): void => {
          log.push(id);
          const { op, which, span } = reactions[id]!;
          if (op === 'arm') arm(which, span);
          else if (op === 'cancel') cancel(which);
        };
      for (const { op, which, span } of steps) {
        if (op === 'arm') {
          wheel.schedule(timers[which]!, nowMs, span);
          model.arm(which, nowMs, span);
        } else if (op === 'cancel') {
          assert.equal(wheel.cancel(timers[which]!), model.cancel(which));
        } else {
          const nextMs = wheel.nextExpiryMs();
          if (op === 'advance') nowMs += span;
          else if (nextMs !== Number.POSITIVE_INFINITY) nowMs = Math.max(nowMs, nextMs);
          const seen: number[] = [];
          const expected: number[] = [];
          const visit = visitWith(
            seen,
            (id, delay) => wheel.schedule(timers[id]!, nowMs, delay),
            (id) => wheel.cancel(timers[id]!),
          );
          wheel.advance(nowMs, (timer) => visit(timer.owner));
          model.advance(
            nowMs,
            visitWith(
              expected,
              (id, delay) => model.arm(id, nowMs, delay),
              (id) => model.cancel(id),
            ),
          );
          assert.deepEqual(seen, expected);
        }
        assert.equal(wheel.size, model.size);
        assert.ok(wheel.nextExpiryMs() <= model.nextTick(), 'never later than the next expiry');
        assert.equal(wheel.nextExpiryMs() === Number.POSITIVE_INFINITY, model.size === 0);
      }
    },
  );
  fc.assert(run, { numRuns: 400 });
  t.pass();
});
