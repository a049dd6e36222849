import fc from 'fast-check';
import t from 'tap';
import { FrequencySketch, MAX_FREQUENCY } from '#actors/cache/store/frequency-sketch.js';
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
        if (holder !== undefined) {
          lists.remove(slot);
          holder.splice(holder.indexOf(slot), 1);
        }
        if (isPush) {
          lists.pushFront(list, slot);
          model[list]!.unshift(slot);
        }
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
