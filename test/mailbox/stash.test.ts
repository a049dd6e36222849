import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { Stash } from '../../runtime/mailbox/stash.js';

t.test('a stash refuses what is beyond its capacity and stays as it was', async (t) => {
  const stash = new Stash<string>(2);
  t.equal(stash.put('a'), true);
  t.equal(stash.put('b'), true);
  t.equal(stash.put('c'), false);
  t.same(stash.takeAll(), ['a', 'b']);
});

t.test('what is stashed during a replay belongs to the next one', async (t) => {
  const stash = new Stash<number>(10);
  for (const n of [1, 2, 3]) stash.put(n);
  const replayed: number[] = [];
  for (const n of stash.takeAll()) {
    replayed.push(n);
    stash.put(n);
  }
  t.same(replayed, [1, 2, 3]);
  t.same(stash.takeAll(), [1, 2, 3]);
});

t.test('an empty stash has no storage', async (t) => {
  const stash = new Stash<number>(10);
  t.equal(stash.hasStorage, false);
  stash.put(1);
  t.equal(stash.hasStorage, true);
  stash.takeAll();
  t.equal(stash.hasStorage, false);
  stash.put(1);
  stash.drain(() => {});
  t.equal(stash.hasStorage, false);
});

t.test('what a throwing visitor was not shown stays, before what came meanwhile', async (t) => {
  const stash = new Stash<number>(10);
  for (const n of [1, 2, 3]) stash.put(n);
  t.throws(() =>
    stash.drain(() => {
      stash.put(9);
      throw new Error('stop');
    }),
  );
  t.same(stash.takeAll(), [2, 3, 9]);
});

t.test('what a visitor stashes stays for later', async (t) => {
  const stash = new Stash<number>(3);
  for (const n of [1, 2, 3]) stash.put(n);
  stash.drain((n) => stash.put(n * 10));
  t.same(stash.takeAll(), [10, 20, 30]);
});

t.test('a capacity that is no count is a defect of the caller', async (t) => {
  for (const capacity of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => new Stash(capacity), { code: 'ERR_INVARIANT' });
  }
});

t.test('the stash behaves as a bounded array', async (t) => {
  const op = fc.constantFrom('put', 'put', 'put', 'takeAll', 'drain');
  fc.assert(
    fc.property(fc.nat(8), fc.array(op), (capacity, ops) => {
      const stash = new Stash<number>(capacity);
      let model: number[] = [];
      for (const [id, op] of ops.entries()) {
        if (op === 'put') {
          assert.equal(stash.put(id), model.length < capacity);
          if (model.length < capacity) model.push(id);
        } else {
          const seen: number[] = [];
          if (op === 'takeAll') seen.push(...stash.takeAll());
          else stash.drain((item) => seen.push(item));
          assert.deepEqual(seen, model);
          model = [];
        }
        assert.equal(stash.length, model.length);
      }
    }),
  );
  t.pass();
});
