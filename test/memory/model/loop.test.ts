import t from 'tap';
import type { Exploration } from './interleaver.js';
import { GRAIN, HALF, REAL_PARTS } from './ring-scenario.js';
import { bothWays, exploreTurns, oneWay } from './turn-scenario.js';

// The real ThreadLoop in every schedule, with an application that wakes and stops it between any two steps.

function holds(title: string, exploration: () => Exploration): void {
  t.test(title, async (t) => {
    const { states, steps, ends, counterexample } = exploration();
    t.comment(`${states} states, ${steps} steps, ${ends} ends`);
    t.same(counterexample, undefined);
    t.ok(ends > 0);
  });
}

holds('what is given to a thread from outside, asleep or not, is sent', () =>
  exploreTurns([0], oneWay([HALF, HALF, HALF], { a: { isGiven: true } })),
);
holds('two threads that are given records wake themselves and each other', () =>
  exploreTurns([0, 0], bothWays([GRAIN], [GRAIN], { isGiven: true })),
);
holds('threads that have done their work stop, and nothing is left of their loops', () =>
  exploreTurns([0], oneWay([HALF, HALF, HALF], { a: { stopsAfter: 0 }, b: { stopsAfter: 3 } })),
);
holds('a sender may be stopped at any time: what it has sent is read', () =>
  exploreTurns([0], oneWay([HALF, HALF, HALF], { a: { isStopped: true } })),
);
holds('no turn begins under an announced bell', () =>
  exploreTurns(
    [0],
    oneWay([GRAIN, GRAIN], {
      a: { checksBell: true, isGiven: true },
      b: { checksBell: true, hasTimers: true },
    }),
  ),
);
holds('a thread that polls before it parks sleeps over nothing', () =>
  exploreTurns([0], oneWay([GRAIN], { a: { isGiven: true }, b: { polls: true, stopsAfter: 1 } })),
);

t.test('states that are marked as one have one future: apart they show the same', async (t) => {
  for (const threads of [
    oneWay([GRAIN], { a: { isGiven: true } }),
    oneWay([GRAIN, GRAIN], { a: { stopsAfter: 0 }, b: { stopsAfter: 2 } }),
    oneWay([GRAIN], { a: { isStopped: true }, b: { checksBell: true } }),
  ]) {
    const merged = exploreTurns([0], threads);
    const apart = exploreTurns([0], threads, REAL_PARTS, false);
    t.comment(`${merged.states} states, apart ${apart.states}`);
    t.same(apart.counterexample, undefined);
    t.ok(merged.states < apart.states);
  }
});
