import fc from 'fast-check';
import t from 'tap';
import { ManualClock, systemClock } from '#runtime/base/clock.js';
import { SteadyClock, steady } from '#runtime/resilience/steady-clock.js';

t.test('a steady clock never goes back and passes on what passes', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5000, max: 5000 })), (steps) => {
      let readMs = 0;
      const clock = new SteadyClock({ now: () => readMs });
      let lastMs = clock.now();
      for (const stepMs of steps) {
        readMs += stepMs;
        const nowMs = clock.now();
        if (nowMs - lastMs !== Math.max(0, stepMs)) return false;
        lastMs = nowMs;
      }
      return true;
    }),
  );
  t.pass();
});

t.test(
  'all policies on one clock see one time, and the system clock is read as it is',
  async (t) => {
    const clock = new ManualClock();
    t.equal(steady(clock), steady(clock));
    t.equal(steady(steady(clock)), steady(clock));
    t.equal(steady(systemClock), systemClock);
  },
);
