import fc from 'fast-check';
import t from 'tap';
import { RingModel, STEPS, type Step } from './ring-model.js';
import { CAPACITY } from './ring-rig.js';

const length = fc.oneof(
  fc.integer({ min: 16, max: 64 }),
  fc.integer({ min: 16, max: CAPACITY / 2 }),
  fc.integer({ min: 16, max: CAPACITY + 8 }),
);

const step = (names: readonly Step['do'][]): fc.Arbitrary<Step> =>
  fc.record({ do: fc.constantFrom(...names), length });

/** Busy steps, so that rings fill and wrap; now and then one of the rarer kind. */
const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: step(['commit', 'publish', 'look', 'next', 'next', 'release']) },
    { weight: 1, arbitrary: step(STEPS) },
  ),
  { maxLength: 200, size: 'max' },
);

const start = fc
  .oneof(
    fc.integer({ min: 0, max: CAPACITY / 8 }),
    fc.integer({ min: 2 ** 29 - CAPACITY / 4, max: 2 ** 29 - 1 }),
    fc.integer({ min: 2 ** 28 - CAPACITY / 4, max: 2 ** 28 - 1 }),
  )
  .map((words) => 8 * words);

t.test('any run of a ring, across 2^31 and 2^32 too, is that of its model', async () => {
  fc.assert(
    fc.property(start, steps, (position, run) => {
      const model = new RingModel(position);
      for (const each of run) {
        model.step(each);
        model.check();
      }
      model.drain();
    }),
    { numRuns: 1500 },
  );
});
