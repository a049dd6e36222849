import t, { type Test } from 'tap';
import { GRAIN, HALF, QUARTER } from './ring-scenario.js';
import { exploreStream, type StreamOptions } from './stream-scenario.js';

// Every schedule of a sender and a receiver that run the real ring and doorbell. Held in each: all
// records come, once, whole and in order; nobody sleeps for ever; no plain access races.

const BEFORE_WRAP = 2 ** 32 - GRAIN;

function holds(t: Test, options: StreamOptions): number {
  const { states, steps, ends, counterexample } = exploreStream(options);
  t.comment(`${states} states, ${steps} steps, ${ends} ends`);
  t.same(counterexample, undefined);
  t.ok(ends > 0);
  return states;
}

t.test('one record comes through an empty ring', async (t) => {
  holds(t, { start: 0, lengths: [GRAIN] });
});

t.test('three records come of which the second wraps behind padding', async (t) => {
  holds(t, { start: BEFORE_WRAP - GRAIN, lengths: [GRAIN, 2 * GRAIN, GRAIN] });
});

t.test('four records come that are published one by one', async (t) => {
  holds(t, { start: 0, lengths: [GRAIN, GRAIN, GRAIN, GRAIN] });
});

t.test('four records come in batches of two', async (t) => {
  holds(t, { start: BEFORE_WRAP, lengths: [GRAIN, 3 * GRAIN, QUARTER, QUARTER], batch: 2 });
});

t.test('a sender of records of half the ring sleeps for room and is woken', async (t) => {
  holds(t, { start: 0, lengths: [HALF, HALF, HALF, HALF] });
});

t.test('padding takes room as records do, and both ends sleep for each other', async (t) => {
  const lengths = [3 * GRAIN, HALF, 3 * GRAIN, HALF];
  const start = BEFORE_WRAP - GRAIN;
  holds(t, { start, lengths });
  holds(t, { start, lengths, batch: 2, receiving: { releasesEach: true } });
});

t.test('where padding fits and the record behind it does not, the sender waits', async (t) => {
  holds(t, { start: 0, lengths: [QUARTER, QUARTER, QUARTER, 3 * GRAIN] });
});

t.test('room may be given back record by record', async (t) => {
  const lengths = [HALF, QUARTER, QUARTER, HALF];
  holds(t, { start: HALF, lengths, receiving: { releasesEach: true } });
});

t.test('look, next and release may come in any order', async (t) => {
  holds(t, { start: -QUARTER, lengths: [QUARTER, HALF, HALF], receiving: { wanders: 6 } });
});

t.test('states that are marked as one have one future: apart they show the same', async (t) => {
  const options = { start: BEFORE_WRAP - GRAIN, lengths: [GRAIN, 2 * GRAIN, GRAIN] };
  t.ok(holds(t, options) < holds(t, { ...options, merges: false }));
  const room = { start: 0, lengths: [HALF, HALF, HALF] };
  t.ok(holds(t, room) < holds(t, { ...room, merges: false }));
});
