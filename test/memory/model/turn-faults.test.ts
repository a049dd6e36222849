import t from 'tap';
import type { Counterexample } from './interleaver.js';
import { ASLEEP, EQUIVALENT_LOOPS, LOOP_MUTANTS } from './loop-mutants.js';
import { mutated } from './mutants.js';
import { GRAIN, HALF, type Parts } from './ring-scenario.js';
import type { TurnFault, TurnOptions } from './turn-options.js';
import { exploreTurns, oneWay } from './turn-scenario.js';

// The searches of turns.test.ts and loop.test.ts see faults: each one here is planted, and found.

/** What is searched for a fault of the loop, in this order, until one shows it. */
const SCENARIOS: readonly (readonly TurnOptions[])[] = [
  oneWay([GRAIN], { a: { stopsAfter: 0 }, b: { stopsAfter: 1 } }),
  oneWay([HALF, HALF, HALF]),
  oneWay([GRAIN, GRAIN], { a: { isGiven: true } }),
  oneWay([GRAIN], { a: { isGiven: true, checksBell: true }, b: { checksBell: true } }),
  oneWay([GRAIN], { a: { hasTimers: true }, b: { hasTimers: true } }),
  oneWay([GRAIN], { a: { isStopped: true } }),
  oneWay([GRAIN], { a: { stopsAfter: 0 }, b: { polls: true, stopsAfter: 1 } }),
  oneWay([GRAIN], { a: { isGiven: true, polls: true, pollsLong: true } }),
];

function search(parts?: Parts): Counterexample | undefined {
  for (const threads of SCENARIOS) {
    const { counterexample } = exploreTurns([0], threads, parts);
    if (counterexample !== undefined) return counterexample;
  }
  return undefined;
}

/** Holds that a fault is found for the right reason, and shows a shortest run that has it. */
function found(
  title: string,
  fault: () => Promise<Counterexample | undefined>,
  reason: RegExp,
): void {
  t.test(title, async (t) => {
    const counterexample = await fault();
    t.match(counterexample?.reason, reason);
    t.comment(counterexample?.reason);
    for (const line of counterexample?.schedule ?? []) t.comment(`  ${line}`);
  });
}

const FAULTS: readonly TurnFault[] = [
  'parks without a look for news',
  'parks without a look for room',
  'forgets to ring for room',
  'forgets to ring for records',
];

for (const fault of FAULTS) {
  const plant = async (): Promise<Counterexample | undefined> => {
    const threads = oneWay([HALF, HALF, HALF, HALF], { a: { fault }, b: { fault } });
    return exploreTurns([0], threads).counterexample;
  };
  found(`a thread is found that ${fault}`, plant, ASLEEP);
}

found(
  'a producer is found that does not see, before it sleeps, that its wish was taken',
  async () => {
    const look = 'return Atomics.load(this.#positions, ROOM_WANTED_OFFSET >> 2) === 0;';
    const parts = await mutated({ file: 'ring-producer', edits: [[look, 'return false;']] });
    return exploreTurns([0], oneWay([HALF, HALF, HALF, HALF, HALF]), parts).counterexample;
  },
  ASLEEP,
);

for (const [title, mutation, reason] of LOOP_MUTANTS) {
  found(`a loop is found that ${title}`, async () => search(await mutated(mutation)), reason);
}

t.test('nothing is found in the real loop, nor in changes that only cost time', async (t) => {
  t.equal(search(), undefined);
  for (const mutation of EQUIVALENT_LOOPS) t.equal(search(await mutated(mutation)), undefined);
});
