import fc from 'fast-check';
import t from 'tap';
import { dueCount, sendInBursts, sendOnSchedule } from '../../bench/arrivals.js';
import { sharedNowMs } from '../../bench/shared-clock.js';

t.test('a message is due from its time on, and none after the last', async (t) => {
  t.equal(dueCount(100, 10, 99.9, 5), 0);
  t.equal(dueCount(100, 10, 100, 5), 1);
  t.equal(dueCount(100, 10, 109.9, 5), 1);
  t.equal(dueCount(100, 10, 110, 5), 2);
  t.equal(dueCount(100, 10, 1000, 5), 5);
});

t.test('every message of a schedule is sent once, in order, with its own time', async (t) => {
  const sent: [number, number][] = [];
  await sendOnSchedule(2500, 0.001, (i, dueMs) => {
    if (dueMs > sharedNowMs()) t.fail(`message ${i} was sent before its time`);
    sent.push([i, dueMs]);
  });
  const [, startMs] = sent[0]!;
  t.strictSame(
    sent,
    sent.map((_, i) => [i, startMs + i * 0.001]),
  );
  t.equal(sent.length, 2500);
});

t.test(
  'a sender that was kept up gives what it sends late the time it should have had',
  async (t) => {
    const lateMs: number[] = [];
    await sendOnSchedule(3, 0.5, (i, dueMs) => {
      lateMs.push(sharedNowMs() - dueMs);
      const end = sharedNowMs() + 10;
      while (i === 0 && sharedNowMs() < end);
    });
    t.ok(lateMs[1]! >= 9 && lateMs[2]! >= 8, String(lateMs));
  },
);

t.test('what a send throws ends the schedule', async (t) => {
  const broken = sendOnSchedule(10, 0.001, (i) => {
    if (i === 3) throw new Error('no way');
  });
  await t.rejects(broken, { message: 'no way' });
});

t.test(
  'bursts send everything once and are never more than two ahead of the answers',
  async (t) => {
    const sizes = fc.record({
      count: fc.integer({ min: 1, max: 500 }),
      burst: fc.integer({ min: 1, max: 100 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ count, burst }) => {
        const sent: number[] = [];
        let handled = 0;
        let mostAhead = 0;
        const answer = await sendInBursts(
          count,
          burst,
          (i) => {
            sent.push(i);
            mostAhead = Math.max(mostAhead, sent.length - handled);
          },
          async () => {
            const upTo = sent.length;
            await new Promise((resolve) => setImmediate(resolve));
            handled = upTo;
            return upTo;
          },
        );
        const isWhole = sent.length === count && sent.every((n, i) => n === i);
        return isWhole && answer === count && mostAhead <= 2 * burst;
      }),
    );
    t.pass();
  },
);
