import { readFileSync } from 'node:fs';
import t from 'tap';
import { TroupeError } from '../../runtime/index.js';
import { assertTroupeError, thrown } from '../support/errors.js';

// Every class that the package exports, called by hand: who is not meant to is told what to call.

type Class = new (...args: unknown[]) => unknown;

const root = new URL('../../../', import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  exports: Record<string, string | { default: string }>;
};

/** What anybody may make, without an argument. */
const MADE_OF_NOTHING = [
  'Balancer',
  'CircuitBreaker',
  'CircularQueue',
  'InvariantError',
  'JournalState',
  'ManualClock',
  'MemoryJournal',
  'MemoryOnceStore',
  'Once',
  'PiecewiseHash',
  'RaftMemoryNetwork',
  'Retry',
  'RetryBudget',
  'SubjectTrie',
  'TimerEntry',
];

/** What only the runtime makes, and what is named instead. */
const MADE_BY_THE_RUNTIME: Readonly<Record<string, string>> = {
  ActorRef: 'spawn',
  ActorSystem: 'ActorSystem.start',
  AggregateRef: 'aggregates(',
  Aggregates: 'aggregates(',
  Broker: 'openBroker(',
  Cache: 'cache(system',
  Call: 'a policy',
  Consumer: 'broker.consume(',
  Delivery: 'a consumer',
  LiveDelivery: 'a subscription',
  LmdbJournal: 'LmdbJournal.open(',
  LmdbReads: 'LmdbReads.open(',
  Outbox: 'reliable(',
  PostgresJournal: 'PostgresJournal.open(',
  Projection: 'project(',
  Publisher: 'broker.publisher(',
  Requester: 'ctx.requester()',
  Simulation: 'Simulation.start(',
  StreamDesk: 'openBroker(',
  Subscription: 'broker.subscribe(',
  TestProbe: 'TestProbe.start(',
};

async function publicClasses(): Promise<Map<string, Class>> {
  const classes = new Map<string, Class>();
  for (const entry of Object.values(exports)) {
    if (typeof entry === 'string') continue;
    const module: Record<string, unknown> = await import(new URL(entry.default, root).href);
    for (const [name, value] of Object.entries(module)) {
      const isClass = typeof value === 'function' && /^class\b/.test(String(value));
      if (isClass) classes.set(name, value as Class);
    }
  }
  return classes;
}

const classes = await publicClasses();

function make(name: string, ...args: readonly unknown[]): unknown {
  const Made = classes.get(name)!;
  return new Made(...args);
}

t.test('a class that only the runtime makes says what makes it', async (t) => {
  for (const [name, mend] of Object.entries(MADE_BY_THE_RUNTIME)) {
    for (const args of [[], [null], [{ threads: 2 }], ['x']]) {
      const error = thrown(() => make(name, ...args));
      assertTroupeError(t, error, 'ERR_CONSTRUCTOR', `at ${name}`, mend);
    }
  }
});

t.test('every other class takes nothing, or says what it needs', async (t) => {
  const others = [...classes.keys()].filter((name) => !(name in MADE_BY_THE_RUNTIME));
  for (const name of others) {
    if (MADE_OF_NOTHING.includes(name)) {
      t.doesNotThrow(() => make(name), name);
      continue;
    }
    const error = thrown(() => make(name)) as { code?: unknown };
    // Time comes from the program itself: a wheel without it is a defect of the one who made it.
    if (name === 'TimerWheel') t.equal(error.code, 'ERR_INVARIANT');
    else t.ok(error instanceof TroupeError, `${name}: ${String(error)}`);
  }
});
