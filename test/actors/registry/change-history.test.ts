import fc from 'fast-check';
import t from 'tap';
import { ChangeHistory } from '#actors/registry/change-history.js';

const changeAt = (index: number) => ({ index, before: undefined, after: undefined });

t.test(
  'a history gives all changes after an index, or says that it has forgotten some',
  async (t) => {
    const property = fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 0, max: 5 }),
      fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 30 }),
      fc.integer({ min: 0, max: 100 }),
      (capacity, start, steps, from) => {
        const history = new ChangeHistory(capacity, start);
        const all: number[] = [];
        let index = start;
        for (const step of steps) {
          index += step;
          all.push(index);
          history.add(changeAt(index));
        }
        const missed = all.filter((at) => at > from);
        const found = history.since(from)?.map((change) => change.index);
        const isWhole = from >= start && missed.length <= capacity;
        if (found === undefined) return !isWhole;
        return JSON.stringify(found) === JSON.stringify(missed) && history.length <= capacity;
      },
    );
    fc.assert(property, { numRuns: 2000 });
    t.pass('2000 histories');
  },
);
