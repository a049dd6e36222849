import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { CircularQueue, KEPT_SLOTS } from '../../runtime/mailbox/circular-queue.js';

/** All items, taken out one by one. */
function takeAll<T extends NonNullable<unknown>>(queue: CircularQueue<T>): T[] {
  const items: T[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

function filled(count: number): CircularQueue<number> {
  const queue = new CircularQueue<number>();
  for (let i = 0; i < count; i++) queue.push(i);
  return queue;
}

t.test('an empty queue answers undefined and has no storage', async (t) => {
  const queue = new CircularQueue<string>();
  t.equal(queue.shift(), undefined);
  t.equal(queue.peek(), undefined);
  t.equal(queue.at(0), undefined);
  t.equal(queue.length, 0);
  t.equal(queue.slotCount, 0);
});

t.test('storage starts small and doubles', async (t) => {
  const queue = filled(1);
  t.equal(queue.slotCount, 4);
  for (let i = 0; i < 4; i++) queue.push(i);
  t.equal(queue.slotCount, 8);
});

t.test(
  'a small storage survives draining, so that a steady trickle allocates nothing',
  async (t) => {
    const queue = filled(KEPT_SLOTS);
    takeAll(queue);
    t.equal(queue.slotCount, KEPT_SLOTS);
  },
);

t.test('a storage grown beyond the kept size is dropped when drained', async (t) => {
  for (const count of [KEPT_SLOTS + 1, 1000, 100_000]) {
    const queue = filled(count);
    t.same(takeAll(queue).length, count);
    t.equal(queue.slotCount, 0, `${count} items`);
  }
});

t.test('a grown queue that never quite drains gives memory back', async (t) => {
  const queue = filled(65_536);
  while (queue.length > 3) queue.shift();
  t.equal(queue.slotCount, KEPT_SLOTS * 2);
  t.same(takeAll(queue), [65_533, 65_534, 65_535]);
  t.equal(queue.slotCount, 0);
});

t.test('a slot is cleared when its item leaves, so that nothing is retained', async (t) => {
  const takers: ((queue: CircularQueue<number>) => unknown)[] = [
    (queue) => queue.shift(),
    (queue) => queue.removeAt(0),
    (queue) => queue.removeAt(queue.length - 1),
    (queue) => queue.removeAt(queue.length >>> 1),
  ];
  for (const [i, take] of takers.entries()) {
    // With nothing left in a full turn of the ring, the head passes over every slot.
    for (let turn = 0; turn < 4; turn++) {
      const queue = filled(turn);
      takeAll(queue);
      for (let n = 0; n < 4; n++) queue.push(n);
      while (queue.length > 0) take(queue);
      for (let n = 0; n < 4; n++) {
        t.equal(queue.peek(), undefined, `taker ${i}, slot ${n} of turn ${turn}`);
        queue.push(n);
        queue.shift();
      }
    }
  }
});

t.test('draining shows what is there now and keeps what is pushed meanwhile', async (t) => {
  const queue = filled(3);
  const seen: number[] = [];
  queue.drain((item) => {
    seen.push(item);
    queue.push(item + 10);
  });
  t.same(seen, [0, 1, 2]);
  t.same(takeAll(queue), [10, 11, 12]);
});

t.test('a visitor that throws loses only the item it was shown', async (t) => {
  const queue = filled(3);
  t.throws(() =>
    queue.drain(() => {
      throw new Error('stop');
    }),
  );
  t.same(takeAll(queue), [1, 2]);
});

t.test('removing outside the queue is a defect of the caller', async (t) => {
  t.throws(() => filled(2).removeAt(2), { code: 'ERR_INVARIANT' });
  t.throws(() => filled(2).removeAt(-1), { code: 'ERR_INVARIANT' });
  t.throws(() => filled(0).removeAt(0), { code: 'ERR_INVARIANT' });
});

/** A step of the property test; `burst` makes growing and shrinking likely. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant('push' as const), n: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('push' as const), n: fc.nat(400) }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('shift' as const), n: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('shift' as const), n: fc.nat(500) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('unshift' as const), n: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('removeAt' as const), n: fc.nat() }) },
);

t.test('the queue behaves as an array under any sequence of operations', async (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const queue = new CircularQueue<number>();
      const model: number[] = [];
      let id = 0;
      for (const { op, n } of steps) {
        if (op === 'removeAt') {
          if (model.length > 0) {
            const index = n % model.length;
            assert.equal(queue.removeAt(index), model.splice(index, 1)[0]);
          }
        } else {
          for (let i = 0; i < n; i++) {
            if (op === 'shift') {
              assert.equal(queue.shift(), model.shift());
            } else if (op === 'push') {
              queue.push(id);
              model.push(id++);
            } else {
              queue.unshift(id);
              model.unshift(id++);
            }
          }
        }
        assert.equal(queue.length, model.length);
        assert.equal(queue.peek(), model[0]);
        assert.equal(queue.at(n), model[n]);
        assert.equal(queue.at(model.length - 1), model.at(-1));
        assert.ok(queue.slotCount >= model.length);
        if (model.length === 0) assert.ok(queue.slotCount <= KEPT_SLOTS, 'memory went back');
        else assert.ok(queue.slotCount <= Math.max(KEPT_SLOTS * 2, model.length * 8));
      }
      assert.deepEqual(takeAll(queue), model);
    }),
    { numRuns: 300 },
  );
  t.pass();
});
