import t from 'tap';
import { EXIT_TYPES, type ExitType } from '../../runtime/actor/exit-reason.js';
import { RESTART_TYPES, type RestartType } from '../../runtime/actor/restart-type.js';
import { STRATEGIES, type Strategy } from '../../runtime/supervision/strategy.js';
import { TraceRunner } from './trace.js';

/**
 * Three children a, b, c; a and c are permanent, b is the subject. At each moment b exits; the siblings obey.
 * What is expected is written down by hand for each moment, strategy, and whether b is wanted back.
 */
interface Moment {
  readonly name: string;
  /** Inputs that lead to the moment; `B` stands for the policy of b. */
  readonly before: (strategy: Strategy) => readonly string[];
  /** Restart types for which the moment exists. */
  readonly types: readonly RestartType[];
  readonly strategies: readonly Strategy[];
  readonly expected: (cell: Cell) => string;
}

interface Cell {
  readonly strategy: Strategy;
  readonly type: RestartType;
  readonly exit: ExitType;
  readonly isBackWanted: boolean;
}

const WANTED: Readonly<Record<RestartType, string>> = {
  permanent: 'normal shutdown killed failed',
  transient: 'killed failed',
  temporary: '',
};

const UP = ['up a permanent', 'up b B', 'up c permanent'];
const GROUPS: readonly Strategy[] = ['one-for-all', 'rest-for-one'];
const RESTARTED: readonly RestartType[] = ['permanent', 'transient'];
const RELEASED = ({ exit }: Cell) => `release b ${exit}`;

/** b fails while c runs, up to the restart of b. */
const FAILED_ONCE: Readonly<Record<Strategy, readonly string[]>> = {
  'one-for-one': ['exited b failed'],
  'one-for-all': ['exited b failed', 'exited c shutdown', 'exited a shutdown', 'started a'],
  'rest-for-one': ['exited b failed', 'exited c shutdown'],
};

const MOMENTS: readonly Moment[] = [
  {
    name: 'starting',
    before: () => ['up a permanent', 'add b B', 'up c permanent'],
    types: RESTART_TYPES,
    strategies: STRATEGIES,
    expected: RELEASED,
  },
  {
    name: 'running',
    before: () => UP,
    types: RESTART_TYPES,
    strategies: STRATEGIES,
    expected: (cell) => {
      if (!cell.isBackWanted) return RELEASED(cell);
      return {
        'one-for-one': 'restart b',
        'one-for-all': 'halt c; halt a; restart a; restart b; restart c',
        'rest-for-one': 'halt c; restart b; restart c',
      }[cell.strategy];
    },
  },
  {
    name: 'restarting',
    before: (strategy) => [...UP, ...FAILED_ONCE[strategy]],
    types: RESTARTED,
    strategies: STRATEGIES,
    expected: (cell) => {
      const { strategy, isBackWanted, exit } = cell;
      if (strategy === 'one-for-one') return isBackWanted ? 'restart b' : RELEASED(cell);
      if (!isBackWanted) return `release b ${exit}; restart c`;
      if (strategy === 'rest-for-one') return 'restart b; restart c';
      return 'halt a; restart a; restart b; restart c';
    },
  },
  {
    name: 'backoff',
    before: (strategy) => [
      'up a permanent',
      'up b B backoff=10..20',
      'up c permanent',
      ...FAILED_ONCE[strategy].filter((line) => line !== 'started a'),
    ],
    types: RESTARTED,
    strategies: STRATEGIES,
    expected: () => '',
  },
  {
    name: 'due, while a later member is halting',
    before: () => [...UP, 'exited a failed'],
    types: RESTART_TYPES,
    strategies: GROUPS,
    expected: ({ isBackWanted, exit }) =>
      isBackWanted ? 'restart a; restart b; restart c' : `release b ${exit}; restart a; restart c`,
  },
  {
    name: 'halting',
    before: () => [...UP, 'exited a failed', 'exited c shutdown'],
    types: RESTART_TYPES,
    strategies: GROUPS,
    expected: ({ type, exit }) =>
      type === 'temporary'
        ? `release b ${exit}; restart a; restart c`
        : 'restart a; restart b; restart c',
  },
  {
    name: 'stopping by a removal',
    before: () => [...UP, 'remove b'],
    types: RESTART_TYPES,
    strategies: STRATEGIES,
    expected: RELEASED,
  },
  {
    name: 'stopping with the supervisor, when its turn came',
    before: () => [...UP, 'stopAll', 'terminated c shutdown'],
    types: RESTART_TYPES,
    strategies: STRATEGIES,
    expected: ({ exit }) => `release b ${exit}; stop a; allStopped`,
  },
  {
    name: 'running, while the supervisor stops a later child',
    before: () => [...UP, 'stopAll'],
    types: RESTART_TYPES,
    strategies: STRATEGIES,
    expected: ({ exit }) => `release b ${exit}; stop a; allStopped`,
  },
];

/** How an obedient sibling answers. */
function answerTo(effect: string): string | undefined {
  const [verb, name, reason] = effect.split(' ');
  if (verb === 'halt') return `exited ${name} shutdown`;
  if (verb === 'restart') return `started ${name}`;
  if (verb === 'release') return `terminated ${name} ${reason}`;
  if (verb === 'stop') return `terminated ${name} shutdown`;
  return undefined;
}

/** Runs until nothing is left to answer; what was ordered before the exit of b is answered too. */
function traceOf(moment: Moment, { strategy, type, exit }: Cell): string {
  const runner = new TraceRunner(strategy, 10);
  let open: string[] = [];
  for (const line of moment.before(strategy)) {
    const subject = line.split(' ')[1];
    open = open.filter((effect) => effect.split(' ')[1] !== subject);
    open.push(...runner.run(line.replace('B', type)));
  }
  open = open.filter((effect) => effect.split(' ')[1] !== 'b');
  const trace = runner.run(`exited b ${exit}`).filter((effect) => !effect.startsWith('cancel'));
  const todo = [...open, ...trace];
  for (let effect = todo.shift(); effect !== undefined; effect = todo.shift()) {
    const answer = answerTo(effect);
    const effects = answer === undefined ? [] : runner.run(answer);
    trace.push(...effects);
    todo.push(...effects);
  }
  return trace.join('; ');
}

for (const moment of MOMENTS) {
  t.test(`an exit of a child that is ${moment.name}`, async (t) => {
    for (const strategy of moment.strategies) {
      for (const type of moment.types) {
        for (const exit of EXIT_TYPES) {
          const isBackWanted = WANTED[type].includes(exit);
          const cell: Cell = { strategy, type, exit, isBackWanted };
          t.equal(traceOf(moment, cell), moment.expected(cell), `${strategy} ${type} ${exit}`);
        }
      }
    }
  });
}
