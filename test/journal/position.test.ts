import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { START } from '#runtime/index.js';
import { positionOf, sequenceOf } from '#runtime/journal/position.js';

t.test('a position is the number of its record as a text, and leads back to it', async (t) => {
  t.equal(positionOf(0), START);
  t.equal(sequenceOf(START), 0);
  for (let sequence = 1; sequence < 3000; sequence++) {
    assert.equal(positionOf(sequence), String(sequence));
  }
  const sequences = fc.oneof(fc.nat(), fc.maxSafeNat()).map((n) => n + (n === 0 ? 1 : 0));
  fc.assert(
    fc.property(fc.array(sequences), (all) => {
      for (const sequence of all) {
        assert.equal(positionOf(sequence), String(sequence));
        assert.equal(sequenceOf(positionOf(sequence)), sequence);
      }
    }),
  );
});
