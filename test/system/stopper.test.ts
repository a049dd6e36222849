import t from 'tap';
import { CellStatus } from '../../runtime/actor/lifecycle.js';
import { ManualClock } from '../../runtime/base/clock.js';
import { ControlBlock } from '../../runtime/memory/control-block.js';
import { StatusWord } from '../../runtime/memory/control-block-descriptor.js';
import { CounterIndex } from '../../runtime/memory/counters.js';
import { PHASES } from '../../runtime/system/shutdown.js';
import { Stopper, type StopperPort } from '../../runtime/system/stopper.js';
import { assertTroupeError } from '../support/errors.js';

const ENDLESS = Number.POSITIVE_INFINITY;
/** Real time for a phase that is meant to run into its limit. */
const SHORT_MS = 30;

/** A stopper over a system of two threads that is made of fakes; what is asked of it goes into the log. */
function makeStopper(options: { deadlineMs?: number; killed?: number[] } = {}) {
  const { deadlineMs = ENDLESS, killed = [] } = options;
  const log: unknown[][] = [];
  const control = ControlBlock.create(3);
  const thread = {
    clock: new ManualClock(),
    systemName: 'shop',
    isAccepting: true,
    isClosed: false,
    wake: () => {},
    turn: () => log.push(['turn']),
    asks: { size: 0, failAll: (error: () => unknown) => log.push(['fail asks', error()]) },
    mesh: { closePorts: () => log.push(['close ports']) },
    signals: {
      toThread: (member: number, signal: { type: string }) => log.push(['to', member, signal.type]),
    },
  };
  const pool = {
    members: [0, 1, 2],
    alive: [0, 1, 2],
    close: async (limitMs: number) => {
      log.push(['close pool', limitMs]);
      return { killed };
    },
  };
  const refs = ['troupe://shop/user/cart#1.1.0.1', 'troupe://shop/user/till#1.1.1.2'];
  const guardian = { status: CellStatus.TERMINATED, family: { refs } };
  const port = {
    main: { thread, control, loop: { stop: () => log.push(['stop loop']) } },
    pool,
    guardian,
    deadlineMs,
    release: async () => void log.push(['release']),
  };
  const stopper = new Stopper(port as unknown as StopperPort);
  return { stopper, log, thread, control };
}

t.test('a stop goes through all phases in order, and closes the rest after them', async (t) => {
  const { stopper, log, thread } = makeStopper();
  t.notOk(stopper.isStopping);
  const stopped = stopper.stop();
  t.ok(stopper.isStopping);
  t.equal(stopper.stop(5), stopped, 'to ask again gives the same promise');
  stopper.guardianGone(undefined);
  const report = await stopped;
  t.same(
    report.phases.map(({ phase, completed }) => [phase, completed]),
    PHASES.map((phase) => [phase, true]),
  );
  t.match(report, { clean: true, alive: [], killedThreads: [], error: undefined });
  t.equal(await stopper.whenStopped, report);
  t.notOk(thread.isAccepting);
  t.ok(thread.isClosed);
  t.same(
    log.map(([what, member]) => (what === 'to' ? `to ${member}` : what)),
    ['to 1', 'to 2', 'close pool', 'turn', 'stop loop', 'fail asks', 'close ports', 'release'],
  );
  const [, error] = log.find(([what]) => what === 'fail asks')!;
  assertTroupeError(t, error, 'ERR_STOPPED', 'shop');
});

t.test(
  'the trees are not stopped before every message is handled and every ask answered',
  async (t) => {
    const { stopper, log, thread, control } = makeStopper();
    const counters = control.counters(1);
    counters[CounterIndex.enqueued] = 2;
    thread.asks.size = 1;
    const stopped = stopper.stop();
    stopper.guardianGone(undefined);
    let looks = 0;
    thread.wake = () => {
      looks++;
      if (looks === 3) counters[CounterIndex.handled] = 2;
      if (looks === 6) thread.asks.size = 0;
      t.same(log, [], 'nothing is taken down yet');
      if (looks >= 6) thread.wake = () => {};
    };
    t.equal((await stopped).clean, true);
    t.ok(looks >= 6);
  },
);

t.test('a drain that takes too long is given up, and the stop goes on', async (t) => {
  const { stopper, thread } = makeStopper();
  thread.asks.size = 1;
  thread.wake = () => thread.clock.advance(5);
  const stopped = stopper.stop(SHORT_MS);
  stopper.guardianGone(undefined);
  const { clean, phases } = await stopped;
  t.equal(clean, false);
  t.match(phases, [{}, { phase: 'drain', completed: false }, { completed: true }]);
});

t.test(
  'who is alive when the trees take too long is told: actors, and what threads are busy with',
  async (t) => {
    const { stopper, control } = makeStopper({ deadlineMs: SHORT_MS, killed: [2] });
    const labels = control.labels(2);
    control.setStatus(2, StatusWord.RUNNING_KIND, labels.label('Miner'));
    control.setStatus(2, StatusWord.RUNNING_TYPE, labels.label('dig'));
    const { clean, phases, alive, killedThreads } = await stopper.stop();
    t.equal(clean, false);
    t.match(phases[2], { phase: 'stop-trees', completed: false });
    t.same(alive, [
      'troupe://shop/user/cart#1.1.0.1',
      'troupe://shop/user/till#1.1.1.2',
      "thread 2: Miner in 'dig'",
    ]);
    t.same(killedThreads, [2]);
  },
);

t.test(
  'threads that had to be killed make the stop unclean, whatever else completed',
  async (t) => {
    const { stopper } = makeStopper({ killed: [1] });
    const stopped = stopper.stop();
    stopper.guardianGone(undefined);
    const { clean, phases } = await stopped;
    t.ok(phases.every(({ completed }) => completed));
    t.equal(clean, false);
  },
);

t.test('a system that cannot go on stops without a drain, and says why', async (t) => {
  const { stopper, thread } = makeStopper();
  thread.asks.size = 1;
  const cause = new Error('threads die too often');
  stopper.fail(cause);
  stopper.fail(new Error('and again'));
  stopper.guardianGone(undefined);
  const { error, phases } = await stopper.whenStopped;
  t.equal(error, cause);
  t.notOk(phases.some(({ phase }) => phase === 'drain'));
});

t.test(
  'the end of the guardian by a failure is the end of the system; during a stop it is its success',
  async (t) => {
    const failed = makeStopper().stopper;
    failed.guardianGone(new Error('restarted too often'));
    t.match((await failed.whenStopped).error, { message: 'restarted too often' });
    const stopped = makeStopper().stopper;
    stopped.stop();
    stopped.guardianGone(new Error('while it stopped'));
    t.equal((await stopped.whenStopped).error, undefined);
  },
);

t.test('threads get the time that is left of the deadline', async (t) => {
  const { stopper, log, thread } = makeStopper({ deadlineMs: 1000 });
  const stopped = stopper.stop();
  thread.clock.advance(400);
  stopper.guardianGone(undefined);
  await stopped;
  t.same(
    log.find(([what]) => what === 'close pool'),
    ['close pool', 600],
  );
});
