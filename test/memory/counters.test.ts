import t from 'tap';
import { ControlBlock } from '../../runtime/memory/control-block.js';
import {
  COUNTER_ROW_LENGTH,
  COUNTERS,
  CounterIndex,
  DEAD_LETTER_REASONS,
  readCounters,
} from '../../runtime/memory/counters.js';

t.test('every counter has a place of its own in the row', async (t) => {
  t.equal(new Set(COUNTERS).size, COUNTERS.length);
  t.same(
    COUNTERS.map((name) => CounterIndex[name]),
    COUNTERS.map((_, index) => index),
  );
  t.ok(COUNTERS.length <= COUNTER_ROW_LENGTH);
});

t.test('the counters of the law of conservation are there', async (t) => {
  for (const name of ['sent', 'handled', 'received', 'enqueued', 'lostAtMost'] as const) {
    t.type(CounterIndex[name], 'number', name);
  }
});

t.test('rows of different threads share no pair of cache lines', async (t) => {
  const block = ControlBlock.create(3);
  for (const member of [0, 1, 2]) {
    const row = block.counters(member);
    t.equal(row.length, COUNTER_ROW_LENGTH);
    t.equal(row.byteOffset % 128, 0);
    t.equal(row.byteLength % 128, 0);
  }
});

t.test('each reason of a dead letter has its counter, in the same order', async (t) => {
  t.ok(DEAD_LETTER_REASONS.length > 0);
  t.same(
    DEAD_LETTER_REASONS.map((reason) => `dead:${reason}`),
    COUNTERS.filter((name) => name.startsWith('dead:')),
  );
  const first = CounterIndex[`dead:${DEAD_LETTER_REASONS[0]!}`];
  t.same(
    DEAD_LETTER_REASONS.map((reason) => CounterIndex[`dead:${reason}`]),
    DEAD_LETTER_REASONS.map((_, index) => first + index),
    'side by side, so that a reason is found by its number',
  );
});

t.test('a row reads as an object with every name', async (t) => {
  const row = new Float64Array(COUNTER_ROW_LENGTH);
  COUNTERS.forEach((name, index) => {
    row[CounterIndex[name]] = 100 + index;
  });
  const read = readCounters(row);
  t.same(Object.keys(read), [...COUNTERS]);
  t.same(
    Object.values(read),
    COUNTERS.map((_, index) => 100 + index),
  );
});
