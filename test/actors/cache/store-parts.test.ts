import fc from 'fast-check';
import t from 'tap';
import { FrequencySketch, MAX_FREQUENCY } from '#actors/cache/store/frequency-sketch.js';
import { KeyIndex } from '#actors/cache/store/key-index.js';
import { SlotLists } from '#actors/cache/store/slot-lists.js';
import { hashKey } from '#runtime/index.js';

t.test('lists of slots are what arrays would be, also after they have grown', async () => {
  const step = fc.record({ list: fc.nat(2), slot: fc.nat(19), isPush: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const lists = new SlotLists(3, 10);
      lists.grow(20);
      const model: number[][] = [[], [], []];
      for (const { list, slot, isPush } of steps) {
        const holder = model.find((each) => each.includes(slot));
        holder?.splice(holder.indexOf(slot), 1);
        if (isPush) model[list]!.unshift(slot);
        if (holder === undefined && isPush) lists.pushFront(list, slot);
        else if (isPush) lists.move(list, slot);
        else if (holder !== undefined) lists.remove(slot);
        if (model.some((each, index) => lists.last(index) !== (each.at(-1) ?? -1))) return false;
      }
      if (model[2]!.length > 0) return true;
      lists.moveAll(0, 2);
      return lists.last(2) === (model[0]!.at(-1) ?? -1) && lists.last(0) === -1;
    }),
  );
});

t.test('a count is never forgotten before it is halved, and hardly ever exceeded', async (t) => {
  const sketch = new FrequencySketch(1000);
  const keys = Array.from({ length: 1000 }, (_, n) => ({ hash: hashKey(`k${n}`), count: n % 16 }));
  for (const { hash, count } of keys) sketch.raise(hash, count);
  t.ok(keys.every(({ hash, count }) => sketch.frequency(hash) >= count));
  const exceeded = keys.filter(({ hash, count }) => sketch.frequency(hash) > count).length;
  t.ok(exceeded < 50, `${exceeded} of 1000 are taken for more`);
  for (const { hash } of keys) sketch.raise(hash, MAX_FREQUENCY);
  sketch.halve();
  t.ok(keys.every(({ hash }) => sketch.frequency(hash) === MAX_FREQUENCY >> 1));
  const strangers = Array.from({ length: 1000 }, (_, n) => sketch.frequency(hashKey(`s${n}`)));
  t.ok(strangers.filter((count) => count === 0).length > 500, 'most others count for nothing');
});

t.test('an index of keys is what a Map would be, also where hashes collide', async () => {
  const step = fc.record({ slot: fc.nat(19), isAdd: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), fc.constantFrom(1, 3, 1000), (steps, range) => {
      const keys = Array.from({ length: 20 }, (_, slot) => `k${slot}`);
      const hashOf = (key: string): number => hashKey(key) % range;
      const index = new KeyIndex(keys, 10);
      index.grow(20);
      const model = new Map<string, number>();
      return steps.every(({ slot, isAdd }) => {
        const key = keys[slot]!;
        if (model.has(key) && !isAdd) index.remove(slot);
        if (!model.has(key) && isAdd) index.add(slot, hashOf(key));
        if (isAdd) model.set(key, slot);
        else model.delete(key);
        return (
          index.size === model.size &&
          index.slots().length === model.size &&
          keys.every((each) => index.find(each, hashOf(each)) === (model.get(each) ?? -1))
        );
      });
    }),
  );
});

t.test('an index still holds every key when strangers choose keys that collide', async (t) => {
  const keys = Array.from({ length: 100 }, (_, slot) => `k${slot}`);
  const index = new KeyIndex(keys, 50);
  for (let slot = 0; slot < 20; slot++) index.add(slot, 7);
  t.equal(index.isChained, true);
  for (let slot = 20; slot < 50; slot++) index.add(slot, 7);
  t.equal(index.isChained, false, 'no bucket is searched for long');
  index.grow(100);
  for (let slot = 50; slot < 100; slot++) index.add(slot, 7);
  for (let slot = 0; slot < 100; slot += 3) index.remove(slot);
  const found = keys.map((key) => index.find(key, 7));
  t.same(
    found,
    keys.map((_, slot) => (slot % 3 === 0 ? -1 : slot)),
  );
  t.equal(index.size, 66);
  t.same(
    index.slots().toSorted((a, b) => a - b),
    found.filter((slot) => slot >= 0),
  );
});
