import t from 'tap';
import type { Exploration } from './interleaver.js';
import { GRAIN, HALF, QUARTER } from './ring-scenario.js';
import { bothWays, exploreTurns, oneWay } from './turn-scenario.js';

// Every schedule of threads that the real ThreadLoop drives and parks. When all are asleep, everything
// that is to be sent has been read, in the order of each ring; who is stopped ends.

function holds(title: string, exploration: () => Exploration): void {
  t.test(title, async (t) => {
    const { states, steps, ends, counterexample } = exploration();
    t.comment(`${states} states, ${steps} steps, ${ends} ends`);
    t.same(counterexample, undefined);
    t.ok(ends > 0);
  });
}

const timers = { hasTimers: true };

holds('a turn sends what fits, and sleeps for the rest', () =>
  exploreTurns([0], oneWay([HALF, HALF, HALF, HALF, HALF])),
);
holds('padding and a wrap of the positions change nothing', () =>
  exploreTurns([-2 * GRAIN], oneWay([HALF, 3 * GRAIN, HALF, QUARTER, HALF])),
);
holds('a timer may end any sleep, and its waiter serves the next one', () =>
  exploreTurns([0], oneWay([HALF, HALF, HALF, HALF], { a: timers, b: timers })),
);
holds('two threads that send to each other sleep for records and for room at once', () =>
  exploreTurns([0, -GRAIN], bothWays([HALF, HALF, HALF], [GRAIN])),
);
holds('a round of the event loop after each turn changes nothing', () =>
  exploreTurns([0], oneWay([HALF, HALF, HALF], { a: { yields: true }, b: { yields: true } })),
);
holds('two senders ring one receiver', () =>
  exploreTurns(
    [0, 0],
    [
      { bell: 0, sends: [{ ring: 0, otherBell: 2, lengths: [GRAIN] }] },
      { bell: 1, sends: [{ ring: 1, otherBell: 2, lengths: [GRAIN] }] },
      {
        bell: 2,
        reads: [
          { ring: 0, otherBell: 0 },
          { ring: 1, otherBell: 1 },
        ],
      },
    ],
  ),
);
