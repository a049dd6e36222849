import t from 'tap';
import type { Exploration } from './interleaver.js';
import { GRAIN, HALF } from './ring-scenario.js';
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
