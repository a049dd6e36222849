import t, { type Test } from 'tap';
import { ManualClock } from '../../runtime/base/clock.js';
import { ControlBlock } from '../../runtime/memory/control-block.js';
import { StatusWord } from '../../runtime/memory/control-block-descriptor.js';
import type { ThreadBlocked } from '../../runtime/system/event-stream.js';
import { startWatchdog, Watchdog, type WatchdogOptions } from '../../runtime/system/watchdog.js';

const WARN_MS = 100;
const KILL_MS = 300;

/** A watchdog over threads 1 and 2, whose status the test writes. */
function makeWatchdog(options: Partial<WatchdogOptions> = {}) {
  const clock = new ManualClock(5000);
  const control = ControlBlock.create(3);
  const members = [1, 2];
  const warnings: ThreadBlocked[] = [];
  const kills: number[] = [];
  for (const member of members) control.setStatus(member, StatusWord.SERIAL, 10 + member);
  const port = {
    clock,
    control,
    members: () => members,
    onBlocked: (event: ThreadBlocked) => warnings.push(event),
    kill: (member: number) => kills.push(member),
  };
  const watchdog = new Watchdog({ warnMs: WARN_MS, killMs: KILL_MS, ...options }, port);
  const beat = (member: number): void => {
    const heartbeat = control.status(member, StatusWord.HEARTBEAT);
    control.setStatus(member, StatusWord.HEARTBEAT, heartbeat + 1);
  };
  /** Looks every 25 ms, while the members given do their turns. */
  const pass = (ms: number, ...beating: number[]): void => {
    for (let passed = 0; passed < ms; passed += 25) {
      clock.advance(25);
      for (const member of beating) beat(member);
      watchdog.check();
    }
  };
  watchdog.check();
  return { clock, control, members, warnings, kills, watchdog, beat, pass, port };
}

t.test('threads whose turns go on are left alone', async (t) => {
  const { pass, warnings, kills } = makeWatchdog();
  pass(2000, 1, 2);
  t.same(warnings, []);
  t.same(kills, []);
});

t.test('a turn that does not end is warned of once, after its time, with what runs', async (t) => {
  const { control, pass, warnings } = makeWatchdog({ killMs: Number.POSITIVE_INFINITY });
  const labels = control.labels(1);
  control.setStatus(1, StatusWord.RUNNING_KIND, labels.label('Counter'));
  control.setStatus(1, StatusWord.RUNNING_TYPE, labels.label('inc'));
  control.setStatus(1, StatusWord.RUNNING_CREATOR, 7);
  control.setStatus(1, StatusWord.RUNNING_SLOT, 8);
  control.setStatus(1, StatusWord.RUNNING_GENERATION, 9);
  pass(WARN_MS - 25, 2);
  t.same(warnings, []);
  pass(25, 2);
  t.same(warnings, [
    { thread: 1, blockedMs: WARN_MS, kind: 'Counter', actor: '1.7.8.9', message: 'inc' },
  ]);
  pass(5000, 2);
  t.equal(warnings.length, 1, 'once');
});

t.test('a second blockage is warned of again', async (t) => {
  const { pass, beat, warnings } = makeWatchdog({ killMs: Number.POSITIVE_INFINITY });
  pass(500, 2);
  beat(1);
  pass(WARN_MS, 2);
  t.equal(warnings.length, 1, 'it has just gone on');
  pass(25, 2);
  t.equal(warnings.length, 2);
});

t.test(
  'a blocked thread is killed when the limit for that is passed, after the warning',
  async (t) => {
    const { pass, warnings, kills, members } = makeWatchdog();
    pass(KILL_MS - 25, 2);
    t.equal(warnings.length, 1);
    t.same(kills, []);
    pass(25, 2);
    t.same(kills, [1]);
    members.splice(0, 1);
    pass(5000, 2);
    t.same(kills, [1]);
    t.equal(warnings.length, 1);
  },
);

t.test('the next thread under that index has all its time', async (t) => {
  const { control, pass, warnings, kills } = makeWatchdog();
  pass(WARN_MS - 25, 2);
  control.setStatus(1, StatusWord.SERIAL, 99);
  pass(WARN_MS, 2);
  t.same(warnings, []);
  pass(25, 2);
  t.equal(warnings.length, 1);
  t.same(kills, []);
});

t.test(
  'a thread that sleeps is not blocked; it is woken now and then to see that it can be',
  async (t) => {
    const { control, pass, beat, warnings, kills } = makeWatchdog();
    const bell = control.doorbell(1);
    bell.announce();
    pass(WARN_MS - 25, 2);
    t.ok(bell.parked);
    pass(25, 2);
    t.notOk(bell.parked, 'woken');
    beat(1);
    bell.announce();
    pass(5000, 1, 2);
    t.same(warnings, []);
    t.same(kills, []);
  },
);

t.test('one that does not wake up when it is rung is blocked', async (t) => {
  const { control, pass, warnings } = makeWatchdog();
  control.doorbell(1).announce();
  // What runs after an await blocks a thread whose last turn is long over.
  pass(WARN_MS, 2);
  t.same(warnings, []);
  pass(WARN_MS, 2);
  t.equal(warnings.length, 1);
  t.equal(warnings[0]!.blockedMs, WARN_MS);
});

t.test('nothing is known of what runs when the thread shows nothing', async (t) => {
  const { pass, warnings } = makeWatchdog();
  pass(WARN_MS, 2);
  t.match(warnings, [{ thread: 1, kind: undefined, message: undefined }]);
});

/** Keeps the intervals that are started. */
function catchIntervals(t: Test): { delays: number[]; cleared: () => number } {
  const real = { setInterval: globalThis.setInterval, clearInterval: globalThis.clearInterval };
  const delays: number[] = [];
  let cleared = 0;
  globalThis.setInterval = ((_: () => void, delayMs: number) => {
    delays.push(delayMs);
    return { unref: () => {} };
  }) as unknown as typeof setInterval;
  globalThis.clearInterval = () => void cleared++;
  t.teardown(() => Object.assign(globalThis, real));
  return { delays, cleared: () => cleared };
}

t.test('it looks several times within its shortest limit, seldom if there is none', async (t) => {
  const { delays, cleared } = catchIntervals(t);
  const { port } = makeWatchdog();
  const never = Number.POSITIVE_INFINITY;
  const stop = startWatchdog({ warnMs: 1000, killMs: 400 }, port);
  startWatchdog({ warnMs: 1, killMs: never }, port);
  startWatchdog({ warnMs: never, killMs: never }, port);
  t.same(delays.slice(0, 2), [100, 5]);
  t.ok(delays[2]! > 1e6 && delays[2]! < 2 ** 31, 'not more than a timer can be');
  stop();
  t.equal(cleared(), 1);
});
