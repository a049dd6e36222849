import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import t from 'tap';
import { resolveOptions, type SystemOptions } from '../../runtime/system/options.js';
import { assertTroupeError, thrown } from '../support/errors.js';

const ENTRY = 'file:///somewhere/entry.js';
const resolve = (options: object = {}) => resolveOptions(options as SystemOptions, ENTRY);

t.test('without options the defaults are those that the docstrings name', async (t) => {
  const { thread, ...rest } = resolve();
  t.strictSame(thread, {
    systemName: 'troupe',
    threads: availableParallelism(),
    pinnedThreads: 4,
    channel: {
      signalRingBytes: 65_536,
      userRingBytes: 1_048_576,
      dictionaryBytes: 65_536,
      checksums: false,
    },
    maxMessageBytes: 64 * 2 ** 20,
    overflowMessages: 65_536,
    overflowBytes: 64 * 2 ** 20,
    throughput: 256,
    sliceMs: 1,
    ioBudgetMs: 2,
    spinMs: 0.05,
    askTimeoutMs: 5000,
    askProbeMs: 50,
    strict: false,
    attributePromises: true,
    deadLetterEvents: 10,
    codecs: [],
    meters: null,
    traceContext: false,
    openTelemetry: false,
  });
  t.strictSame(rest, {
    supervision: { strategy: 'one-for-one', intensity: 3, periodMs: 5000 },
    threadIntensity: { intensity: 5, periodMs: 60_000 },
    watchdog: { warnMs: 1000, killMs: Number.POSITIVE_INFINITY },
    stopOn: [],
    stopDeadlineMs: 10_000,
    resourceLimits: undefined,
    entry: { module: ENTRY, name: 'default' },
  });
});

t.test(
  'an idle thread polls only when there are processors to spare, unless it is told to',
  async (t) => {
    const all = availableParallelism();
    const spinMs = (options: SystemOptions): number => resolve(options).thread.spinMs;
    t.equal(spinMs({ threads: all }), 0.05);
    t.equal(spinMs({ threads: Math.min(all + 1, 64) }), all === 64 ? 0.05 : 0);
    t.equal(spinMs({ threads: 64, idleLevel: 10 }), 5);
    t.equal(spinMs({ idleLevel: 0 }), 0);
    const levels = Array.from({ length: 11 }, (_, idleLevel) => spinMs({ idleLevel }));
    t.same(
      levels,
      levels.toSorted((a, b) => a - b),
      'a higher level polls longer',
    );
  },
);

/** Values at the edges of each option: those that pass, and those that are refused with what is said. */
const EDGES: Readonly<Record<string, { good: unknown[]; bad: unknown[]; allowed: string }>> = {
  name: {
    good: ['a', 'A-b_c.9', 'x'.repeat(64)],
    bad: ['', 'a/b', 'a b', 'x'.repeat(65), 5],
    allowed: '1 to 64 letters, digits',
  },
  threads: { good: [0, 64], bad: [-1, 65, 1.5, '2', Number.NaN], allowed: 'from 0 to 64' },
  pinnedThreads: { good: [0, 32], bad: [-1, 33, 0.5], allowed: 'from 0 to 32' },
  idleLevel: { good: [0, 10], bad: [-1, 11, 0.5], allowed: 'from 0 to 10' },
  throughput: { good: [1, 100_000], bad: [0, 100_001, 1.5], allowed: 'from 1 to 100000' },
  ioBudgetMs: { good: [0.1, 50], bad: [0, -1, Number.NaN, '1'], allowed: 'greater than 0' },
  askTimeoutMs: {
    good: [0.1, 2 ** 36],
    bad: [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 36 + 1],
    allowed: 'greater than 0, at most 68719476736',
  },
  ringBytes: {
    good: [4096, 2 ** 28],
    bad: [2048, 2 ** 29, 1.5],
    allowed: 'from 4096 to 268435456',
  },
  maxMessageBytes: { good: [1024, 2 ** 30], bad: [1023, 2 ** 30 + 1], allowed: 'from 1024' },
  overflowMessages: { good: [1, 2 ** 30], bad: [0, 2 ** 30 + 1], allowed: 'from 1' },
  overflowBytes: { good: [1024, 2 ** 40], bad: [1023, 2 ** 40 + 1], allowed: 'from 1024' },
  strict: { good: [true, false], bad: [1, 'true'], allowed: 'true or false' },
  checksums: { good: [true, false], bad: [1, 'true'], allowed: 'true or false' },
  attributePromises: { good: [true, false], bad: [0, 'no'], allowed: 'true or false' },
  deadLetterEvents: { good: [0, 1e6], bad: [-1, 1e6 + 1, 0.5], allowed: 'from 0 to 1000000' },
  stopDeadlineMs: {
    good: [1, Number.POSITIVE_INFINITY],
    bad: [0, -1, '5'],
    allowed: 'greater than',
  },
};

for (const [option, { good, bad, allowed }] of Object.entries(EDGES)) {
  t.test(`${option} takes what it may be, and refuses the rest by name`, async (t) => {
    for (const value of good) t.doesNotThrow(() => resolve({ [option]: value }), `${value}`);
    for (const value of bad) {
      const error = thrown(() => resolve({ [option]: value }));
      const shown = typeof value === 'string' ? `'${value}'` : String(value);
      assertTroupeError(t, error, 'ERR_OPTION', `${option} is ${shown}`, allowed);
      t.match(error, { where: 'ActorSystem.start' });
    }
  });
}

t.test('a ring that is no power of two is refused as such', async (t) => {
  const error = thrown(() => resolve({ ringBytes: 5000 }));
  assertTroupeError(t, error, 'ERR_OPTION', 'ringBytes is 5000', 'a power of two');
});

t.test('options of options are refused by their whole name', async (t) => {
  const cases: [object, string, string][] = [
    [{ threadIntensity: { intensity: -1 } }, 'threadIntensity.intensity is -1', 'from 0'],
    [{ threadIntensity: { periodMs: 0 } }, 'threadIntensity.periodMs is 0', 'greater than 0'],
    [{ watchdog: { warnMs: 0 } }, 'watchdog.warnMs is 0', 'greater than 0'],
    [{ watchdog: { killMs: '9' } }, "watchdog.killMs is '9'", 'greater than 0'],
    [{ stopOn: ['SIGNOTHING'] }, "stopOn is 'SIGNOTHING'", 'SIGTERM'],
    [{ supervision: { intensity: -1 } }, 'supervision.intensity', 'whole number'],
    [{ supervision: { strategy: 'all' } }, 'supervision.strategy', 'one-for-all'],
  ];
  for (const [options, what, allowed] of cases) {
    assertTroupeError(
      t,
      thrown(() => resolve(options)),
      'ERR_OPTION',
      what,
      allowed,
    );
  }
});

t.test('an option that nobody knows is refused, with those that there are', async (t) => {
  const error = thrown(() => resolve({ treads: 2 }));
  assertTroupeError(t, error, 'ERR_OPTION', 'treads', 'unknown', 'threads', 'stopDeadlineMs');
  assertTroupeError(
    t,
    thrown(() => resolve({ toString: 2 })),
    'ERR_OPTION',
    'toString',
  );
});

t.test('a part of an option keeps the defaults of the rest', async (t) => {
  const { threadIntensity, watchdog, supervision } = resolve({
    threadIntensity: { intensity: 0 },
    watchdog: { killMs: 30 },
    supervision: { strategy: 'one-for-all' },
  });
  t.same(threadIntensity, { intensity: 0, periodMs: 60_000 });
  t.same(watchdog, { warnMs: 1000, killMs: 30 });
  t.same(supervision, { strategy: 'one-for-all', intensity: 3, periodMs: 5000 });
});

t.test('the entry is a URL, or a path that becomes one', async (t) => {
  const entry = (module: string | URL) => resolve({ entry: { module, name: 'main' } }).entry;
  t.same(entry(new URL('file:///a/b.js')), { module: 'file:///a/b.js', name: 'main' });
  t.same(entry('file:///a/b.js'), { module: 'file:///a/b.js', name: 'main' });
  t.same(entry('/a/b.js'), { module: pathToFileURL('/a/b.js').href, name: 'main' });
});

t.test('threads are told where codecs are, and not given their code', async (t) => {
  const codec = { module: 'file:///a.js', name: 'MoneyCodec', encode: () => 1 };
  t.strictSame(resolve({ codecs: [codec] }).thread.codecs, [
    { module: 'file:///a.js', name: 'MoneyCodec' },
  ]);
});
