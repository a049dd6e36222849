import t from 'tap';
import { allToAll, crossPairs, flowsByReceiver, localPairs } from '../../bench/flow.js';

t.test('local pairs have both ends on one thread, numbered from the first', async (t) => {
  t.strictSame(localPairs(3, 1), [
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

t.test('cross pairs send to the next thread, the last to the first', async (t) => {
  t.strictSame(crossPairs(3, 0), [
    [0, 1],
    [1, 2],
    [2, 0],
  ]);
});

t.test('all-to-all has each ordered pair of different threads once', async (t) => {
  for (const threads of [2, 4]) {
    const flows = allToAll(threads, 1);
    t.equal(new Set(flows.map(String)).size, threads * (threads - 1));
    t.equal(flows.length, threads * (threads - 1));
    t.ok(flows.every(([from, to]) => from !== to));
    t.strictSame([...new Set(flows.flat())].sort(), [1, 2, 3, 4].slice(0, threads));
  }
});

t.test('a receiver is told how many flows end on it', async (t) => {
  const flows = [
    [1, 2],
    [2, 2],
    [1, 1],
  ] as const;
  t.strictSame(
    [...flowsByReceiver(flows)],
    [
      [2, 2],
      [1, 1],
    ],
  );
});
