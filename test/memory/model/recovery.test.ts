import t, { type Test } from 'tap';
import { GRAIN, HALF, QUARTER } from './ring-scenario.js';
import { exploreStream, type StreamOptions } from './stream-scenario.js';

// As stream.test.ts, but one end or both die at any step, once, and another thread takes up the ring
// where it stands, with a producer or consumer of its own. The survivors are told.

function holds(t: Test, options: StreamOptions): void {
  const { states, steps, ends, counterexample } = exploreStream(options);
  t.comment(`${states} states, ${steps} steps, ${ends} ends`);
  t.same(counterexample, undefined);
  t.ok(ends > 0);
}

t.test('what a dead sender had published comes, and then what the next one sends', async (t) => {
  holds(t, { start: -GRAIN, lengths: [GRAIN, QUARTER, GRAIN], second: [QUARTER, GRAIN] });
  holds(t, { start: 0, lengths: [GRAIN, QUARTER, GRAIN, GRAIN], batch: 2, second: [QUARTER] });
});

t.test('a sender may die while it waits for room, also behind padding', async (t) => {
  holds(t, { start: 0, lengths: [HALF, HALF, HALF], second: [HALF] });
  holds(t, { start: -2 * GRAIN, lengths: [HALF, 3 * GRAIN, HALF], second: [3 * GRAIN] });
});

t.test('a new receiver reads what the dead one had not given back, and nothing else', async (t) => {
  holds(t, { start: -GRAIN, lengths: [GRAIN, QUARTER, GRAIN], receiverDies: true });
  const receiving = { releasesEach: true };
  holds(t, { start: 0, lengths: [GRAIN, QUARTER, GRAIN], batch: 3, receiverDies: true, receiving });
});

t.test('a sender that waits for room is woken although its receiver died', async (t) => {
  holds(t, { start: 0, lengths: [HALF, HALF, HALF], receiverDies: true });
  holds(t, { start: -2 * GRAIN, lengths: [HALF, 3 * GRAIN, HALF], receiverDies: true });
});

t.test('both ends may die', async (t) => {
  holds(t, { start: -GRAIN, lengths: [GRAIN, GRAIN], second: [GRAIN], receiverDies: true });
  holds(t, { start: 0, lengths: [HALF, HALF], second: [HALF], receiverDies: true });
});

t.test('without word of the death a survivor could sleep for ever', async (t) => {
  const dies = { start: 0, lengths: [HALF, HALF, HALF], tells: false };
  for (const options of [
    { ...dies, receiverDies: true },
    { ...dies, second: [] },
  ]) {
    const { counterexample } = exploreStream(options);
    t.match(counterexample?.reason, /sleeps for ever|is never read/);
    for (const line of counterexample?.schedule ?? []) t.comment(line);
  }
});
