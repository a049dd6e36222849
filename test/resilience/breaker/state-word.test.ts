import fc from 'fast-check';
import t from 'tap';
import { type BreakerState, INITIAL_STATE } from '#runtime/resilience/breaker/breaker-state.js';
import type { Phase } from '#runtime/resilience/breaker/phase.js';
import { packState, unpackState } from '#runtime/resilience/breaker/state-word.js';

const ORIGIN_MS = 12_345;

t.test('the fields lie where the diagram says', async (t) => {
  const state: BreakerState = {
    phase: 2,
    issued: 7,
    settled: 6,
    failed: 5,
    slow: 4,
    streak: 9,
    generation: 0x555,
    atMs: ORIGIN_MS + 8 * 0x2_0000_0001,
  };
  const fields: readonly (readonly [bigint, bigint])[] = [
    [2n, 0n],
    [7n, 3n],
    [6n, 6n],
    [5n, 9n],
    [4n, 12n],
    [9n, 15n],
    [0x555n, 19n],
    [0x2_0000_0001n, 30n],
  ];
  const word = fields.reduce((sum, [value, shift]) => sum | (value << shift), 0n);
  t.equal(packState(state, ORIGIN_MS), BigInt.asIntN(64, word));
  t.same(unpackState(packState(state, ORIGIN_MS), ORIGIN_MS), state);
});

t.test('every state comes back, its time at most 8 ms later', async (t) => {
  const small = fc.nat(7);
  fc.assert(
    fc.property(
      fc.record({
        phase: fc.nat(5) as fc.Arbitrary<Phase>,
        issued: small,
        settled: small,
        failed: small,
        slow: small,
        streak: fc.nat(15),
        generation: fc.nat(0x7ff),
        atMs: fc.double({ min: ORIGIN_MS, max: ORIGIN_MS + 2 ** 36, noNaN: true }),
      }),
      (state) => {
        const { atMs, ...rest } = unpackState(packState(state, ORIGIN_MS), ORIGIN_MS);
        const { atMs: wantedMs, ...wanted } = state;
        t.same(rest, wanted);
        return atMs >= wantedMs && atMs < wantedMs + 8;
      },
    ),
    { numRuns: 50 },
  );
});

t.test(
  'a moment before the origin is the origin, one too far away the last there is',
  async (t) => {
    const at = (atMs: number): number =>
      unpackState(packState({ ...INITIAL_STATE, atMs }, ORIGIN_MS), ORIGIN_MS).atMs;
    t.equal(at(-1), ORIGIN_MS);
    t.equal(at(Number.POSITIVE_INFINITY), ORIGIN_MS + 8 * (2 ** 34 - 1));
  },
);
