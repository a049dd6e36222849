import fc from 'fast-check';
import t from 'tap';
import { KEPT_YOUNG_SLOTS, YoungStack } from '../../runtime/scheduler/young-stack.js';

/** The same by arrays: what is pushed between two takes is a group. */
class Model {
  readonly groups: number[][] = [];
  fresh: number[] = [];

  get length(): number {
    return this.fresh.length + this.groups.reduce((sum, group) => sum + group.length, 0);
  }

  shift(): number | undefined {
    if (this.fresh.length > 0) this.groups.push(this.fresh);
    this.fresh = [];
    const item = this.groups.at(-1)?.shift();
    if (this.groups.at(-1)?.length === 0) this.groups.pop();
    return item;
  }
}

t.test('the newest group goes first, each in its order, as in a model of arrays', async () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3, max: 4 }), { maxLength: 200 }), (steps) => {
      const stack = new YoungStack<number>();
      const model = new Model();
      let next = 0;
      // So many pushed, or so many taken.
      for (const step of steps) {
        for (let i = 0; i < step; i++) {
          next++;
          stack.push(next);
          model.fresh.push(next);
        }
        for (let i = 0; i > step; i--) if (stack.shift() !== model.shift()) return false;
        if (stack.length !== model.length) return false;
      }
      while (model.length > 0) if (stack.shift() !== model.shift()) return false;
      return stack.length === 0 && stack.shift() === undefined;
    }),
  );
});

t.test('slots of groups that are done are used again', async (t) => {
  const stack = new YoungStack<number>();
  stack.push(0);
  for (let i = 0; i < 10_000; i++) {
    stack.push(i);
    stack.shift();
    stack.shift();
    stack.push(i);
  }
  t.ok(stack.slotCount <= 4, `${stack.slotCount} slots for two items`);
});

t.test('a burst leaves no more storage behind than is kept', async (t) => {
  const stack = new YoungStack<object>();
  for (let i = 0; i < 10 * KEPT_YOUNG_SLOTS; i++) stack.push({});
  while (stack.shift() !== undefined);
  t.ok(stack.slotCount <= KEPT_YOUNG_SLOTS, `${stack.slotCount} slots`);
});
