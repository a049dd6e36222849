import t from 'tap';
import type { ActorCell } from '../../runtime/actor/actor-cell.js';
import type { TimerOwner } from '../../runtime/actor/cell-host.js';
import type { Signal } from '../../runtime/actor/signals.js';
import { ManualClock } from '../../runtime/base/clock.js';
import { type Address, addressKey } from '../../runtime/ref/address.js';
import { TimerWheel } from '../../runtime/scheduler/timer-wheel.js';
import type { ActorThread } from '../../runtime/worker/actor-thread.js';
import { Recovery } from '../../runtime/worker/recovery.js';
import type { ThreadSignal } from '../../runtime/worker/thread-signals.js';

const HERE = 1;
const HERE_SERIAL = 5;
const DEAD = 2;
const DEAD_SERIAL = 12;
const ERROR = new Error('it crashed');

/** A cell as recovery knows it, and the signals that it was given. */
class FakeCell {
  readonly ref: Address & { id: string };
  readonly signals: Signal[] = [];
  extras: unknown = null;

  constructor(address: Address) {
    this.ref = { ...address, id: addressKey(address) };
  }

  signal(signal: Signal): void {
    this.signals.push(signal);
  }

  get types(): string[] {
    return this.signals.map(({ type }) => type);
  }
}

const at = (thread: number, creator: number, slot = 0): Address => ({
  thread,
  creator,
  slot,
  generation: 1,
});

/** A thread around a recovery; everything that it is asked to do goes into the log. */
function makeThread(predecessor = 0, survivors: [number, number][] = []) {
  const log: unknown[][] = [];
  const given: ThreadSignal[] = [];
  const clock = new ManualClock(100);
  const wheel = new TimerWheel<TimerOwner>(100);
  const cells: FakeCell[] = [];
  const thread = {
    thread: HERE,
    serial: HERE_SERIAL,
    wake: () => {},
    clock,
    wheel,
    mesh: {
      drainFrom: (member: number) => log.push(['drain', member]),
      peerDied: (member: number, serial: number) => log.push(['port', member, serial]),
      from: (member: number) => ({
        senderDied: (serial: number) => log.push(['senderDied', member, serial]),
      }),
    },
    asks: {
      threadDied: (member: number, head: number, error: () => unknown) =>
        log.push(['asks', member, head, error()]),
      repeatQueries: (member: number) => log.push(['queries', member]),
    },
    families: new Set([
      { threadDown: (member: number, error: Error) => log.push(['family', member, error]) },
    ]),
    cells: Object.assign(cells, { forget: (serial: number) => log.push(['forget', serial]) }),
    spawner: { lastOn: () => 33 },
    signals: {
      toThread: (member: number, signal: ThreadSignal) => {
        log.push(['to', member, signal.type]);
        given.push(signal);
      },
    },
    signal: (to: Address, signal: Signal) => log.push(['signal', addressKey(to), signal]),
  };
  const recovery = new Recovery(thread as unknown as ActorThread, predecessor, survivors);
  const down = (member = DEAD, serial = DEAD_SERIAL): void =>
    recovery.threadDown({
      type: 'thread-down',
      thread: member,
      serial,
      error: ERROR,
      heads: [0, 4711, 0],
    });
  return { recovery, log, given, cells, clock, wheel, down };
}

const said = (log: unknown[][]): string[] => log.map(([what, , signal]) => `${what}:${signal}`);

t.test(
  'on a thread that goes on: reads what was published, then tells everybody, then the new thread',
  async (t) => {
    const { down, log } = makeThread();
    down();
    t.same(log, [
      ['drain', DEAD],
      ['senderDied', DEAD, DEAD_SERIAL],
      ['port', DEAD, DEAD_SERIAL],
      ['asks', DEAD, 4711, ERROR],
      ['to', DEAD, 'recovery-begun'],
      ['family', DEAD, ERROR],
      ['to', DEAD, 'recovery-done'],
      ['queries', DEAD],
      ['forget', DEAD_SERIAL],
      ['to', DEAD, 'orphans-gone'],
    ]);
  },
);

t.test(
  'the word that all is sent names who sent it: a later thread has sent nothing',
  async (t) => {
    const { down, given } = makeThread();
    down();
    t.match(
      given.find(({ type }) => type === 'recovery-done'),
      { serial: DEAD_SERIAL, creator: HERE_SERIAL, generation: 33 },
    );
  },
);

t.test('watches are renewed, watchers that died are forgotten, links are broken', async (t) => {
  const { down, log, cells } = makeThread();
  const cell = new FakeCell(at(HERE, 1));
  const [deadActor, otherActor] = [at(DEAD, 1), at(3, 1)];
  const watchers = new Map([
    ['dead', deadActor],
    ['other', otherActor],
  ]);
  cell.extras = {
    watches: {
      watchers,
      serials: new Map([
        ['dead', DEAD_SERIAL],
        ['other', 1],
      ]),
      watching: new Map([
        ['a', { actor: deadActor }],
        ['b', { actor: otherActor }],
      ]),
      links: new Map([
        ['a', { peer: deadActor, serial: DEAD_SERIAL }],
        ['b', { peer: otherActor, serial: 1 }],
        ['next', { peer: at(DEAD, 2), serial: DEAD_SERIAL + 1 }],
      ]),
    },
  };
  cells.push(cell, new FakeCell(at(HERE, 1, 1)));
  down();
  t.same([...watchers.keys()], ['other']);
  t.same(
    log.filter(([what]) => what === 'signal'),
    [['signal', addressKey(deadActor), { type: 'watch', watcher: cell.ref, lost: ERROR }]],
  );
  t.same(cell.signals, [
    { type: 'link-exit', peer: deadActor, reason: { type: 'failed', error: ERROR } },
  ]);
});

t.test(
  'children of actors that died are stopped, and only then they are said to be gone',
  async (t) => {
    const { recovery, down, log, cells, wheel } = makeThread();
    const orphans = [new FakeCell(at(HERE, DEAD_SERIAL)), new FakeCell(at(HERE, DEAD_SERIAL, 1))];
    const other = new FakeCell(at(HERE, 5));
    cells.push(...orphans, other);
    down();
    t.same(
      orphans.map(({ types }) => types),
      [['orphaned'], ['orphaned']],
    );
    t.same(other.types, []);
    t.notOk(said(log).includes('to:orphans-gone'));
    t.ok(said(log).includes('to:recovery-done'), 'the rest does not wait for them');
    recovery.removed(other as unknown as ActorCell);
    recovery.removed(orphans[1] as unknown as ActorCell);
    t.notOk(said(log).includes('to:orphans-gone'));
    recovery.removed(orphans[0] as unknown as ActorCell);
    t.same(said(log).slice(-1), ['to:orphans-gone']);
    t.equal(wheel.size, 0, 'their deadline is off');
  },
);

t.test('orphans that do not stop in time are killed', async (t) => {
  const { down, cells, clock, wheel } = makeThread();
  const orphan = new FakeCell(at(HERE, DEAD_SERIAL));
  cells.push(orphan);
  down();
  const pass = (ms: number): void => {
    clock.advance(ms);
    wheel.advance(clock.now(), (timer) => timer.owner.expired(timer));
  };
  pass(4999);
  t.same(orphan.types, ['orphaned']);
  pass(1);
  t.match(orphan.signals[1], { type: 'kill', final: true });
});

t.test('a thread that replaces nobody holds nothing back', async (t) => {
  const { recovery } = makeThread();
  t.ok(recovery.isOver);
  t.notOk(recovery.holds(at(HERE, 5), () => {}));
  t.notOk(recovery.gates(at(HERE, 5), () => {}));
  t.notOk(recovery.withdraws(at(HERE, 5)));
});

/** The thread that replaces serial 9, of whose death members 0 (serial 1) and 3 (serial 4) were told. */
const replacing = () =>
  makeThread(9, [
    [0, 1],
    [3, 4],
  ]);

t.test(
  "messages are held until the thread of their actor's creator is done, in order",
  async (t) => {
    const { recovery } = replacing();
    const log: string[] = [];
    t.notOk(recovery.isOver);
    t.ok(recovery.holds(at(HERE, 1), () => log.push('a')));
    t.ok(recovery.holds(at(HERE, 4), () => log.push('b')));
    t.ok(recovery.holds(at(HERE, 1), () => log.push('c')));
    t.notOk(
      recovery.holds(at(HERE, 7), () => {}),
      'nobody will make an actor of that creator again',
    );
    recovery.recoveryDone(0, 9);
    t.same(log, ['a', 'c']);
    t.notOk(
      recovery.holds(at(HERE, 1), () => {}),
      'what is not there now is gone',
    );
    t.ok(recovery.holds(at(HERE, 4), () => log.push('d')));
    recovery.recoveryDone(3, 9);
    t.same(log, ['a', 'c', 'b', 'd']);
    t.notOk(recovery.holds(at(HERE, 4), () => {}));
  },
);

t.test('restarts wait until all orphans are gone everywhere', async (t) => {
  const { recovery } = replacing();
  const log: string[] = [];
  t.ok(recovery.gates(at(HERE, 1, 0), () => log.push('a')));
  t.ok(recovery.gates(at(HERE, 1, 1), () => log.push('b')));
  recovery.orphansGone(0, 9);
  t.same(log, []);
  t.ok(
    recovery.gates(at(HERE, 1, 0), () => log.push('a again')),
    'the latest verdict counts',
  );
  recovery.orphansGone(3, 9);
  t.same(log, ['a again', 'b']);
  t.notOk(recovery.gates(at(HERE, 1), () => {}));
  recovery.recoveryDone(0, 9);
  recovery.recoveryDone(3, 9);
  t.ok(recovery.isOver);
});

t.test('a restart that is withdrawn does not come', async (t) => {
  const { recovery } = replacing();
  const log: string[] = [];
  recovery.gates(at(HERE, 1, 0), () => log.push('a'));
  recovery.gates(at(HERE, 1, 1), () => log.push('b'));
  t.ok(recovery.withdraws(at(HERE, 1, 0)));
  t.notOk(recovery.withdraws(at(HERE, 1, 0)), 'once');
  recovery.orphansGone(0, 9);
  recovery.orphansGone(3, 9);
  t.same(log, ['b']);
});

t.test('words about another death, or given twice, change nothing', async (t) => {
  const { recovery } = replacing();
  const log: string[] = [];
  recovery.holds(at(HERE, 1), () => log.push('held'));
  recovery.gates(at(HERE, 1), () => log.push('restart'));
  recovery.recoveryDone(0, 8);
  recovery.orphansGone(0, 8);
  recovery.orphansGone(3, 8);
  t.same(log, []);
  recovery.orphansGone(0, 9);
  recovery.orphansGone(0, 9);
  t.same(log, [], 'one member counts once');
  recovery.orphansGone(5, 9);
  recovery.recoveryDone(5, 9);
  t.same(log, [], 'nobody awaits the word of that one');
});

t.test('a member that dies before it gave its word is awaited no longer', async (t) => {
  const { recovery, down } = replacing();
  const log: string[] = [];
  recovery.holds(at(HERE, 4), () => log.push('held'));
  recovery.gates(at(HERE, 4), () => log.push('restart'));
  down(3, 77);
  t.same(log, [], 'that was a later thread under the same index');
  down(3, 4);
  t.same(log, ['held']);
  recovery.recoveryDone(0, 9);
  recovery.orphansGone(0, 9);
  t.same(log, ['held', 'restart']);
  t.ok(recovery.isOver);
});

t.test('what is retried may be held anew by what it finds', async (t) => {
  const { recovery } = replacing();
  const log: string[] = [];
  const deliver = (to: Address, what: string): void => {
    if (!recovery.holds(to, () => deliver(to, what))) log.push(what);
  };
  deliver(at(HERE, 1), 'one');
  deliver(at(HERE, 4), 'two');
  recovery.recoveryDone(0, 9);
  recovery.recoveryDone(3, 9);
  t.same(log, ['one', 'two']);
});

t.test(
  'a death that is told once more is heard once: what was sent since is not lost',
  async (t) => {
    const { recovery, log } = makeThread();
    const down = {
      type: 'thread-down',
      thread: DEAD,
      serial: DEAD_SERIAL,
      error: ERROR,
      heads: [0, 0],
    } as const;
    recovery.heard(down);
    t.ok(log.some(([what]) => what === 'family'));
    const { length } = log;
    recovery.heard(down);
    t.equal(log.length, length);
    recovery.heard({ ...down, serial: DEAD_SERIAL + 1 });
    t.ok(log.length > length, 'the death of the next one is another');
  },
);
