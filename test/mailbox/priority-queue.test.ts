import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { PriorityQueue } from '../../runtime/mailbox/priority-queue.js';

function takeAll<T extends NonNullable<unknown>>(queue: PriorityQueue<T>): T[] {
  const items: T[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

t.test('an empty queue answers undefined and has no storage', async (t) => {
  const queue = new PriorityQueue<string>();
  t.equal(queue.shift(), undefined);
  t.equal(queue.peek(), undefined);
  t.equal(
    queue.removeLast(0, () => true),
    undefined,
  );
  t.equal(queue.hasStorage, false);
});

t.test('the lower number comes first, and equals in order of arrival', async (t) => {
  const queue = new PriorityQueue<string>();
  queue.push('b1', 5);
  queue.push('a1', 1);
  queue.push('b2', 5);
  queue.push('last', Number.POSITIVE_INFINITY);
  queue.push('a2', 1);
  queue.push('first', Number.NEGATIVE_INFINITY);
  t.equal(queue.peek(), 'first');
  t.same(takeAll(queue), ['first', 'a1', 'a2', 'b1', 'b2', 'last']);
});

t.test('an item put first comes before its equals, but after more urgent ones', async (t) => {
  const queue = new PriorityQueue<string>();
  queue.push('a', 1);
  queue.push('b', 2);
  queue.pushFirst('y', 2);
  queue.pushFirst('x', 2);
  t.same(takeAll(queue), ['a', 'x', 'y', 'b']);
});

t.test('NaN is no priority', async (t) => {
  t.throws(() => new PriorityQueue<string>().push('a', Number.NaN), { code: 'ERR_INVARIANT' });
});

t.test('storage is kept over small busy periods and given back after large ones', async (t) => {
  const queue = new PriorityQueue<number>();
  for (let i = 0; i < 64; i++) queue.push(i, 0);
  takeAll(queue);
  t.equal(queue.hasStorage, true);
  for (let i = 0; i < 65; i++) queue.push(i, 0);
  takeAll(queue);
  t.equal(queue.hasStorage, false);
});

t.test('draining shows what is there now and keeps what is pushed meanwhile', async (t) => {
  const queue = new PriorityQueue<number>();
  for (const n of [3, 1, 2]) queue.push(n, n);
  const seen: number[] = [];
  queue.drain((item) => {
    seen.push(item);
    queue.push(item * 10, 0);
  });
  t.same(seen, [1, 2, 3]);
  t.same(takeAll(queue), [10, 20, 30]);
});

t.test('what a throwing visitor was not shown keeps its place', async (t) => {
  const queue = new PriorityQueue<string>();
  for (const name of ['a', 'b', 'c']) queue.push(name, 1);
  t.throws(() =>
    queue.drain((item) => {
      queue.push('later', 1);
      if (item === 'a') throw new Error('stop');
    }),
  );
  t.same(takeAll(queue), ['b', 'c', 'later']);
});

interface Entry {
  id: number;
  priority: number;
  arrival: number;
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('push' as const), n: fc.integer() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('first' as const), n: fc.integer() }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('shift' as const), n: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('last' as const), n: fc.nat() }) },
);

t.test('the queue behaves as a list that is sorted anew each time', async (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), fc.constantFrom(2, 7, 1e9), (steps, levels) => {
      const queue = new PriorityQueue<Entry>();
      const model: Entry[] = [];
      for (const [id, { op, n }] of steps.entries()) {
        const priority = n % levels;
        model.sort((a, b) => a.priority - b.priority || a.arrival - b.arrival);
        if (op === 'push' || op === 'first') {
          const entry = { id, priority, arrival: op === 'push' ? id : -id };
          if (op === 'push') queue.push(entry, priority);
          else queue.pushFirst(entry, priority);
          model.push(entry);
        } else if (op === 'shift') {
          assert.equal(queue.shift(), model.shift());
        } else {
          const allows = (entry: Entry): boolean => entry.id % 3 !== 0;
          const free = model.filter((entry) => allows(entry) && entry.priority >= priority);
          const most = free.at(-1)?.priority;
          const expected = free.find((entry) => entry.priority === most);
          assert.equal(queue.removeLast(priority, allows), expected);
          if (expected !== undefined) model.splice(model.indexOf(expected), 1);
        }
        assert.equal(queue.length, model.length);
      }
      model.sort((a, b) => a.priority - b.priority || a.arrival - b.arrival);
      assert.deepEqual(takeAll(queue), model);
    }),
    { numRuns: 300 },
  );
  t.pass();
});
