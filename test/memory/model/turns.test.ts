import t from 'tap';
import { type Exploration, explore } from './interleaver.js';
import { mutated } from './mutants.js';
import { GRAIN, HALF, QUARTER, REAL_PARTS, RingArena } from './ring-scenario.js';
import { type TurnFault, type TurnOptions, turnReport, turns } from './turn-programs.js';

// Every schedule of threads that park as the runtime's do. When all are asleep, everything that is to be
// sent has been read, in the order of each ring.

const NAMES = ['a', 'b', 'c'];

function run(
  starts: readonly number[],
  threads: readonly TurnOptions[],
  parts = REAL_PARTS,
): Exploration {
  const world = new RingArena(starts, NAMES.slice(0, threads.length));
  const counts = new Map<number, number>();
  for (const { sends = [] } of threads) {
    for (const { ring, lengths } of sends) counts.set(ring, lengths.length);
  }
  return explore({
    arena: world.arena,
    atomics: world.atomics,
    threads: threads.map((options, index) => ({
      name: NAMES[index]!,
      program: turns(world, options, parts),
      serves: true,
    })),
    judge: (history) => {
      for (const [ring, count] of counts) {
        const read = history.filter((report) => Math.floor(report / 100) === ring).join();
        const expected = Array.from({ length: count }, (_, i) => turnReport(ring, i)).join();
        if (read !== expected) return `all sleep, but of ring ${ring} was read: ${read}`;
      }
      return undefined;
    },
  });
}

/** From thread a to thread b, by ring 0. */
function oneWay(lengths: readonly number[], more: Partial<TurnOptions> = {}): TurnOptions[] {
  return [
    { bell: 0, sends: [{ ring: 0, otherBell: 1, lengths }], ...more },
    { bell: 1, reads: [{ ring: 0, otherBell: 0 }], ...more },
  ];
}

/** Between threads a and b, by ring 0 there and ring 1 back. */
function bothWays(there: readonly number[], back: readonly number[]): TurnOptions[] {
  const reads = (ring: number, otherBell: number) => [{ ring, otherBell }];
  return [
    { bell: 0, reads: reads(1, 1), sends: [{ ring: 0, otherBell: 1, lengths: there }] },
    { bell: 1, reads: reads(0, 0), sends: [{ ring: 1, otherBell: 0, lengths: back }] },
  ];
}

function holds(title: string, exploration: () => Exploration): void {
  t.test(title, async (t) => {
    const { states, steps, ends, counterexample } = exploration();
    t.comment(`${states} states, ${steps} steps, ${ends} ends`);
    t.same(counterexample, undefined);
    t.ok(ends > 0);
  });
}

holds('a turn sends what fits, and sleeps for the rest', () =>
  run([0], oneWay([HALF, HALF, HALF, HALF, HALF])),
);
holds('padding and a wrap of the positions change nothing', () =>
  run([-2 * GRAIN], oneWay([HALF, 3 * GRAIN, HALF, QUARTER, HALF])),
);
holds('a timer may end any sleep, and its waiter serves the next one', () =>
  run([0], oneWay([HALF, HALF, HALF, HALF], { hasTimers: true })),
);
holds('two threads that send to each other sleep for records and for room at once', () =>
  run([0, -GRAIN], bothWays([HALF, HALF, HALF], [GRAIN])),
);
holds('two senders ring one receiver', () =>
  run(
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

const FAULTS: readonly TurnFault[] = [
  'parks without a look for news',
  'parks without a look for room',
  'parks without its announcement',
  'forgets to ring for room',
  'forgets to ring for records',
];

for (const fault of FAULTS) {
  t.test(`a thread is found that ${fault}`, async (t) => {
    const { counterexample } = run([0], oneWay([HALF, HALF, HALF, HALF], { fault }));
    t.match(counterexample?.reason, /^all sleep|go round for ever/);
    t.comment(counterexample?.reason);
    for (const line of counterexample?.schedule ?? []) t.comment(`  ${line}`);
  });
}

t.test(
  'a producer is found that does not see, before it sleeps, that its wish was taken',
  async (t) => {
    const look = 'return Atomics.load(this.#positions, ROOM_WANTED_OFFSET >> 2) === 0;';
    const parts = await mutated({ file: 'ring-producer', edits: [[look, 'return false;']] });
    const { counterexample } = run([0], oneWay([HALF, HALF, HALF, HALF, HALF]), parts);
    t.match(counterexample?.reason, /^all sleep/);
    for (const line of counterexample?.schedule ?? []) t.comment(`  ${line}`);
  },
);
