import t from 'tap';
import { ControlBlock } from '../../runtime/memory/control-block.js';
import { COUNTERS, CounterIndex, type CounterName } from '../../runtime/memory/counters.js';
import { readMetrics } from '../../runtime/system/metrics.js';

type Row = { readonly [N in CounterName]?: number };

/** A control block whose counters stand at these values, a row for each member. */
function makeControl(...rows: Row[]): ControlBlock {
  const control = ControlBlock.create(rows.length);
  for (const [member, row] of rows.entries()) {
    const counters = control.counters(member);
    for (const [name, value] of Object.entries(row))
      counters[CounterIndex[name as CounterName]] = value;
  }
  return control;
}

t.test('each counter is there for each thread, and in sum', async (t) => {
  const row = (base: number): Row =>
    Object.fromEntries(COUNTERS.map((name, index) => [name, base + index]));
  const { threads, total } = readMetrics(makeControl(row(100), row(1000), row(0)));
  t.same(threads, [row(100), row(1000), row(0)]);
  t.same(total, Object.fromEntries(COUNTERS.map((name, index) => [name, 1100 + 3 * index])));
});

t.test('a fresh system has nothing', async (t) => {
  const { total, deadLetters, queued } = readMetrics(ControlBlock.create(3));
  t.ok(Object.values(total).every((value) => value === 0));
  t.equal(deadLetters, 0);
  t.equal(queued, 0);
});

t.test('dead letters are those of all reasons and all threads', async (t) => {
  const control = makeControl(
    { 'dead:stopped': 1, 'dead:unhandled': 2, deadFromMailbox: 99 },
    { 'dead:system-stopped': 4, deadFromOverflow: 99 },
  );
  t.equal(readMetrics(control).deadLetters, 7);
});

t.test('a message is queued wherever it stands: mailbox, ring or overflow queue', async (t) => {
  const places: [string, Row, Row, number][] = [
    ['in a mailbox of its own thread', { sent: 1, enqueued: 1 }, {}, 1],
    ['in an overflow queue', { sent: 1, sentRemote: 1 }, {}, 1],
    ['in a ring', { sent: 1, sentRemote: 1, published: 1 }, {}, 1],
    [
      'in a mailbox of another thread',
      { sent: 1, sentRemote: 1, published: 1 },
      { received: 1, enqueued: 1 },
      1,
    ],
    [
      'handled',
      { sent: 1, sentRemote: 1, published: 1 },
      { received: 1, enqueued: 1, handled: 1 },
      0,
    ],
    [
      'dead out of a mailbox',
      { sent: 1, enqueued: 1, deadFromMailbox: 1, 'dead:stopped': 1 },
      {},
      0,
    ],
    ['dead before it was in one', { sent: 1, 'dead:no-such-actor': 1 }, {}, 0],
    [
      'dead where it arrived',
      { sent: 1, sentRemote: 1, published: 1 },
      { received: 1, 'dead:no-such-actor': 1 },
      0,
    ],
    [
      'dead out of an overflow queue',
      { sent: 1, sentRemote: 1, deadFromOverflow: 1, 'dead:system-stopped': 1 },
      {},
      0,
    ],
  ];
  for (const [where, sender, receiver, queued] of places) {
    const metrics = readMetrics(makeControl(sender, receiver));
    t.equal(metrics.queued, queued, where);
    const { total, deadLetters } = metrics;
    t.equal(total.sent, total.handled + deadLetters + metrics.queued, `the law holds: ${where}`);
  }
});
