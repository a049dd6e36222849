import t from 'tap';
import { COUNTERS } from '../../runtime/memory/counters.js';
import { EMPTY_HISTOGRAM } from '../../runtime/memory/histogram.js';
import type { Figures } from '../../runtime/observe/figures.js';
import { overviewOf } from '../../runtime/observe/overview.js';
import type { ThreadFigures } from '../../runtime/observe/thread-figures.js';

const NO_COUNTS = Object.fromEntries(
  COUNTERS.map((name) => [name, 0]),
) as ThreadFigures['counters'];

function thread(given: Partial<ThreadFigures> & { counts?: object } = {}): ThreadFigures {
  const { counts, ...rest } = given;
  return {
    thread: 1,
    state: 'running',
    serial: 5,
    heartbeat: 10,
    isAsleep: false,
    load: 0,
    running: undefined,
    measured: undefined,
    ...rest,
    counters: { ...NO_COUNTS, ...counts },
  };
}

function figures(atMs: number, given: Partial<Figures> = {}): Figures {
  return { system: 's', atMs, isMeasured: false, threads: [], kinds: [], rings: [], ...given };
}

t.test('rates are what came between two readings, per second', async (t) => {
  const before = figures(1000, {
    threads: [thread({ counts: { handled: 100, 'dead:stopped': 1 } })],
  });
  const now = figures(3000, {
    threads: [thread({ counts: { handled: 300, 'dead:stopped': 4 }, heartbeat: 12 })],
  });
  const { threads, totals, deadLetters, seconds } = overviewOf(now, before);
  t.equal(seconds, 2);
  t.equal(threads[0]!.handledPerSecond, 100);
  t.equal(totals.handledPerSecond, 100);
  t.same(deadLetters, [{ reason: 'stopped', total: 4, perSecond: 1.5 }]);
  t.equal(overviewOf(now, now).totals.handledPerSecond, 0, 'no time, no rate');
});

t.test('the flow of a ring goes on over the end of its position', async (t) => {
  const ring = (position: number) => [{ from: 1, to: 2, depthBytes: 8, position }];
  const overview = overviewOf(
    figures(1000, { rings: ring(500) }),
    figures(0, { rings: ring(2 ** 32 - 500) }),
  );
  t.same(overview.flow, [{ from: 1, to: 2, depthBytes: 8, bytesPerSecond: 1000 }]);
});

t.test('a thread is stuck when it stands still without being asleep', async (t) => {
  const state = (now: Partial<ThreadFigures>, before: Partial<ThreadFigures>, ms = 1000) =>
    overviewOf(figures(ms, { threads: [thread(now)] }), figures(0, { threads: [thread(before)] }))
      .threads[0]!.state;
  t.equal(state({}, {}), 'stuck');
  t.equal(state({}, {}, 100), 'running', 'too short a time to tell');
  t.equal(state({ heartbeat: 11 }, {}), 'running');
  t.equal(state({ isAsleep: true }, {}), 'idle');
  t.equal(state({}, { isAsleep: true }), 'running', 'it has just woken up');
  t.equal(state({}, { serial: 4 }), 'running', 'another thread stood there before');
  t.equal(state({ state: 'dead' }, {}), 'dead');
});

t.test('kinds are summed over threads, and a thread that began anew counts from 0', async (t) => {
  const row = {
    kind: 'K',
    failures: 1,
    restarts: 1,
    actors: 2,
    queued: 3,
    longestMailbox: 2,
    handler: EMPTY_HISTOGRAM,
  };
  const now = figures(1000, {
    kinds: [
      { ...row, thread: 1, messages: 30 },
      { ...row, thread: 2, messages: 5, longestMailbox: 9 },
    ],
  });
  const before = figures(0, {
    kinds: [
      { ...row, thread: 1, messages: 10 },
      { ...row, thread: 2, messages: 500 },
    ],
  });
  t.match(overviewOf(now, before).kinds, [
    {
      kind: 'K',
      actors: 4,
      queued: 6,
      longestMailbox: 9,
      failures: 2,
      restarts: 2,
      perSecond: 25,
      p50Ms: null,
    },
  ]);
});

t.test('an overview goes through JSON without a loss', async (t) => {
  const overview = overviewOf(figures(1000, { threads: [thread()] }), figures(0));
  t.same(JSON.parse(JSON.stringify(overview)), overview);
});
