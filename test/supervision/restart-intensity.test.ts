import fc from 'fast-check';
import t from 'tap';
import { RestartIntensity } from '../../runtime/supervision/restart-intensity.js';

t.test(
  'a window of the limit is allowed, one more is not, and the refused one is not counted',
  async (t) => {
    const intensity = new RestartIntensity(2, 100);
    t.same(
      [0, 50, 60, 100].map((nowMs) => intensity.record(nowMs)),
      [true, true, false, false],
    );
    t.equal(intensity.record(100.5), true, 'the first has left the window');
    t.equal(intensity.count, 2);
  },
);

t.test('a time belongs to the window until the period has passed completely', async (t) => {
  const intensity = new RestartIntensity(1, 100);
  t.equal(intensity.record(7), true);
  t.equal(intensity.record(107), false);
  t.equal(intensity.record(107.001), true);
});

t.test('an intensity of 0 allows nothing', async (t) => {
  t.equal(new RestartIntensity(0, 1).record(1e9), false);
});

t.test('it decides as a list of all allowed times does', async () => {
  fc.assert(
    fc.property(
      fc.nat(20),
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.nat(10), { maxLength: 200 }),
      (limit, periodMs, gaps) => {
        const intensity = new RestartIntensity(limit, periodMs);
        let nowMs = 0;
        const allowed: number[] = [];
        for (const gap of gaps) {
          nowMs += gap;
          const expected = allowed.filter((time) => nowMs - time <= periodMs).length < limit;
          if (intensity.record(nowMs) !== expected) return false;
          if (expected) allowed.push(nowMs);
        }
        return true;
      },
    ),
  );
});
