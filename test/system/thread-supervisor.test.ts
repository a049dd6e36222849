import t from 'tap';
import { ManualClock } from '../../runtime/base/clock.js';
import { TroupeError } from '../../runtime/base/errors.js';
import { channelLength, userRingOffset } from '../../runtime/memory/channel-descriptor.js';
import { ControlBlock } from '../../runtime/memory/control-block.js';
import { StatusWord } from '../../runtime/memory/control-block-descriptor.js';
import { CounterIndex, type CounterName, readCounters } from '../../runtime/memory/counters.js';
import { HEAD_OFFSET } from '../../runtime/memory/ring-buffer-descriptor.js';
import { readMetrics } from '../../runtime/system/metrics.js';
import {
  ThreadSupervisor,
  type ThreadSupervisorPort,
} from '../../runtime/system/thread-supervisor.js';
import { assertTroupeError } from '../support/errors.js';

const MEMBERS = 3;
const SIZES = { signalRingBytes: 1024, userRingBytes: 1024, dictionaryBytes: 1024 };
const CRASH = new Error('out of memory');

interface Started {
  readonly member: number;
  readonly predecessor: number;
  readonly ready: () => void;
  readonly fail: (error: Error) => void;
}

/** A supervisor over threads 1 and 2 whose pool is the test; everything goes into the log. */
function makeSupervisor(limits = { intensity: 2, periodMs: 1000 }) {
  const log: unknown[][] = [];
  const clock = new ManualClock(500);
  const control = ControlBlock.create(MEMBERS);
  const channels = Array.from({ length: MEMBERS }, (_, from) =>
    Array.from({ length: MEMBERS }, (__, to) =>
      from === to ? null : new SharedArrayBuffer(channelLength(SIZES)),
    ),
  );
  const started: Started[] = [];
  const state = { isStopping: false, serial: 10 };
  const pool = {
    members: [0, 1, 2],
    start: (member: number, predecessor: number): Promise<void> => {
      log.push(['start', member, predecessor]);
      control.setStatus(member, StatusWord.SERIAL, ++state.serial);
      return new Promise((ready, fail) => started.push({ member, predecessor, ready, fail }));
    },
  };
  const main = {
    signals: { toThread: (member: number, signal: object) => log.push(['to', member, signal]) },
    takeThreadSignal: (from: number, signal: object) => log.push(['own', from, signal]),
  };
  const port = {
    clock,
    control,
    main,
    channels,
    sizes: SIZES,
    pool: () => pool,
    isStopping: () => state.isStopping,
    onDied: (event: object) => log.push(['died', event]),
    onReplaced: (event: object) => log.push(['replaced', event]),
    giveUp: (error: Error) => log.push(['give up', error]),
  };
  const supervisor = new ThreadSupervisor(port as unknown as ThreadSupervisorPort, limits);
  const steps = (): unknown[] => log.map(([what]) => what);
  return { supervisor, log, steps, clock, control, channels, started, state };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

t.test(
  'a death is told to all others before the next thread starts, and main itself is first',
  async (t) => {
    const { supervisor, log, channels } = makeSupervisor();
    const positions = new Int32Array(channels[0]![1]!, userRingOffset(SIZES));
    positions[HEAD_OFFSET >> 2] = 4712;
    supervisor.died(1, 7, CRASH);
    t.match(log[0], ['died', { thread: 1, error: CRASH, lostAtMost: 0 }]);
    const down = { type: 'thread-down', thread: 1, serial: 7, heads: [4712, 0, 0] };
    t.match(log[1], ['own', 0, down]);
    t.match(log[2], ['to', 2, down]);
    t.same(log.slice(3), [['start', 1, 7]]);
    const { error } = log[1]![2] as { error: Error };
    assertTroupeError(t, error, 'ERR_THREAD_DIED', 'thread 1', 'out of memory');
    t.equal(error.cause, CRASH);
  },
);

t.test('a replacement is told with the time from the death until it ran', async (t) => {
  const { supervisor, log, clock, started } = makeSupervisor();
  supervisor.died(1, 7, CRASH);
  clock.advance(40);
  started[0]!.ready();
  await settled();
  t.same(log.at(-1), ['replaced', { thread: 1, afterMs: 40 }]);
});

t.test('one death more than the budget is the end: nobody is started any more', async (t) => {
  const { supervisor, log, steps, clock, started } = makeSupervisor({
    intensity: 2,
    periodMs: 1000,
  });
  supervisor.died(1, 7, CRASH);
  clock.advance(600);
  supervisor.died(2, 8, CRASH);
  clock.advance(400);
  log.length = 0;
  supervisor.died(1, 9, CRASH);
  t.same(steps(), ['died', 'give up']);
  const error = log[1]![1] as Error;
  const says = ['more than 2 times within 1000 ms', 'threadIntensity'];
  assertTroupeError(t, error, 'ERR_RESTART_INTENSITY', ...says);
  t.ok(error.cause instanceof TroupeError);
  t.equal(started.length, 2);
});

t.test('deaths that lie apart do not use the budget up', async (t) => {
  const { supervisor, clock, started } = makeSupervisor({ intensity: 1, periodMs: 1000 });
  for (let serial = 1; serial <= 5; serial++) {
    supervisor.died(1, serial, CRASH);
    clock.advance(1001);
  }
  t.equal(started.length, 5);
});

t.test('a budget of 0 gives up at the first death', async (t) => {
  const { supervisor, steps } = makeSupervisor({ intensity: 0, periodMs: 1000 });
  supervisor.died(1, 7, CRASH);
  t.same(steps(), ['died', 'give up']);
});

t.test('a thread that dies before it runs has died once more, under its own serial', async (t) => {
  const { supervisor, log, steps, started } = makeSupervisor({ intensity: 2, periodMs: 1000 });
  supervisor.died(1, 7, CRASH);
  log.length = 0;
  started[0]!.fail(new Error('does not load'));
  await settled();
  t.same(steps(), ['died', 'own', 'to', 'start']);
  t.match(log[2], ['to', 2, { serial: 11 }]);
  t.same(log[3], ['start', 1, 11]);
  log.length = 0;
  started[1]!.fail(new Error('does not load'));
  await settled();
  t.same(steps(), ['died', 'give up'], 'and the budget counts it');
});

t.test('while the system stops, a death is told and nothing is done', async (t) => {
  const { supervisor, log, steps, started, state } = makeSupervisor();
  supervisor.died(2, 8, CRASH);
  log.length = 0;
  state.isStopping = true;
  supervisor.died(1, 7, CRASH);
  t.same(steps(), ['died']);
  started[0]!.fail(new Error('stopped before it ran'));
  await settled();
  t.same(steps(), ['died']);
});

/** Counts what a thread has done. */
function count(control: ControlBlock, member: number, row: { [N in CounterName]?: number }): void {
  const counters = control.counters(member);
  for (const [name, value] of Object.entries(row))
    counters[CounterIndex[name as CounterName]]! += value;
}

t.test(
  'what was in its mailboxes and queues counts as lost, each only at its own death',
  async (t) => {
    const { supervisor, log, control } = makeSupervisor({ intensity: 9, periodMs: 1000 });
    count(control, 1, {
      // 40 received, 10 sent: 5 still in the mailboxes, 3 in the overflow queue, the rest is accounted for.
      received: 40,
      sent: 10,
      sentRemote: 9,
      published: 6,
      enqueued: 38,
      handled: 30,
      deadFromMailbox: 3,
      'dead:stopped': 3,
      'dead:no-such-actor': 3,
    });
    supervisor.died(1, 7, CRASH);
    t.match(log[0], ['died', { lostAtMost: 8 }]);
    const { total, queued, deadLetters } = readMetrics(control);
    t.equal(total.lostAtMost, 8);
    t.equal(queued + total.received - total.published, 0, 'its mailboxes and queues are empty now');
    t.equal(total.sent + total.received, total.handled + deadLetters + total.published + 8);
    log.length = 0;
    count(control, 1, { received: 4, enqueued: 4, handled: 2 });
    supervisor.died(1, 11, CRASH);
    t.match(log[0], ['died', { lostAtMost: 2 }]);
    t.equal(readCounters(control.counters(1)).lostAtMost, 10);
  },
);

t.test('a thread that had finished everything has lost nothing', async (t) => {
  const { supervisor, log, control } = makeSupervisor();
  count(control, 1, { sent: 5, sentRemote: 3, published: 3, received: 2, enqueued: 4, handled: 4 });
  supervisor.died(1, 7, CRASH);
  t.match(log[0], ['died', { lostAtMost: 0 }]);
});
