import t from 'tap';
import { ActorCell } from '../../runtime/actor/actor-cell.js';
import type { TimerOwner } from '../../runtime/actor/cell-host.js';
import { CellStatus } from '../../runtime/actor/lifecycle.js';
import type { PendingAsk } from '../../runtime/actor/pending-ask.js';
import { ManualClock } from '../../runtime/base/clock.js';
import { TroupeError } from '../../runtime/base/errors.js';
import { COUNTER_ROW_LENGTH, readCounters } from '../../runtime/memory/counters.js';
import type { AnyRef } from '../../runtime/ref/actor-ref.js';
import type { TimerEntry } from '../../runtime/scheduler/timer-entry.js';
import { TimerWheel } from '../../runtime/scheduler/timer-wheel.js';
import { AskTable, type AskTableOwner } from '../../runtime/worker/ask-table.js';
import { assertTroupeError, thrown } from '../support/errors.js';

const PROBE_MS = 50;
const TARGET = { thread: 2 } as AnyRef;

/** A thread with an ask table and a clock that the test moves; it logs what becomes of asks. */
class Rig implements AskTableOwner {
  readonly thread = 1;
  readonly serial = 7;
  readonly clock = new ManualClock(1000);
  readonly wheel = new TimerWheel<TimerOwner>(1000);
  readonly counters = new Float64Array(COUNTER_ROW_LENGTH);
  readonly log: unknown[][] = [];
  readonly later: (() => void)[] = [];
  readonly table = new AskTable(this, PROBE_MS);

  afterIo(call: () => void): void {
    this.later.push(call);
  }

  open(name: string, timeoutMs = 1000, by: ActorCell | null = null, target = TARGET): PendingAsk {
    return this.table.open(
      target,
      timeoutMs,
      by,
      (value) => this.log.push([name, 'resolved', value]),
      (error) => this.log.push([name, 'rejected', error instanceof Error ? error.message : error]),
    );
  }

  pass(ms: number): void {
    this.clock.advance(ms);
    const expire = (timer: TimerEntry<TimerOwner>): void => timer.owner.expired(timer);
    // Two turns: what a timer arms for a time that has passed fires in the next one.
    for (let turn = 0; turn < 2; turn++) this.wheel.advance(this.clock.now(), expire);
  }

  /** What happened since the last time. */
  news(): unknown[][] {
    return this.log.splice(0);
  }

  counted(name: keyof ReturnType<typeof readCounters>): number {
    return readCounters(this.counters)[name];
  }

  probeAsk(ask: PendingAsk): void {
    this.log.push(['probe', ask.slot]);
  }

  timeoutError(ask: PendingAsk): TroupeError {
    return new TroupeError('ERR_ASK_TIMEOUT', { what: `timeout of row ${ask.slot}` });
  }
}

/** What a table knows of the actor that asks. */
function makeCell(): ActorCell {
  const cell = new ActorCell({} as never, {} as never, null, CellStatus.RUNNING);
  for (let i = 0; i < 3; i++) cell.nextEpoch();
  cell.turn = 8;
  return cell;
}

t.test('an answer finds its row by number and generation, and is counted', async (t) => {
  const rig = new Rig();
  const one = rig.open('one');
  const two = rig.open('two');
  t.equal(rig.table.size, 2);
  t.same(rig.table.addressOf(two), { thread: 1, serial: 7, slot: 1, generation: 1 });
  rig.table.settle(two.slot, two.generation, false, 42);
  rig.table.settle(one.slot, one.generation, true, 'refused');
  t.same(rig.news(), [
    ['two', 'resolved', 42],
    ['one', 'rejected', 'refused'],
  ]);
  t.equal(rig.table.size, 0);
  t.equal(rig.counted('replies'), 2);
  t.equal(rig.wheel.size, 0, 'and their timers are gone');
});

t.test('the probe comes first, then the deadline, each at its time', async (t) => {
  const rig = new Rig();
  const ask = rig.open('one', 1000);
  rig.pass(PROBE_MS - 1);
  t.same(rig.news(), []);
  rig.pass(1);
  t.same(rig.news(), [['probe', ask.slot]]);
  rig.pass(1000 - PROBE_MS - 1);
  t.same(rig.news(), []);
  rig.pass(1);
  t.same(rig.news(), [['one', 'rejected', 'timeout of row 0 [ERR_ASK_TIMEOUT]']]);
  t.equal(rig.counted('askTimeouts'), 1);
  rig.pass(5000);
  t.same(rig.news(), []);
});

t.test(
  'a short ask is probed at four fifths of its time; the deadline does not move',
  async (t) => {
    const rig = new Rig();
    rig.open('short', 20);
    rig.pass(15);
    t.same(rig.news(), []);
    rig.pass(1);
    t.same(rig.news(), [['probe', 0]]);
    rig.pass(3);
    t.same(rig.news(), []);
    rig.pass(1);
    t.equal(rig.news().length, 1);
  },
);

t.test('an ask that is too short for a probe has its deadline only', async (t) => {
  const rig = new Rig();
  rig.open('brief', 1);
  rig.pass(1);
  t.same(rig.news(), [['brief', 'rejected', 'timeout of row 0 [ERR_ASK_TIMEOUT]']]);
});

t.test('a probe that settles the ask ends it: no deadline follows', async (t) => {
  const rig = new Rig();
  rig.probeAsk = (ask) => rig.table.fail(ask, new Error('a cycle'));
  rig.open('one', 1000);
  rig.pass(PROBE_MS);
  t.same(rig.news(), [['one', 'rejected', 'a cycle']]);
  rig.pass(5000);
  t.same(rig.news(), []);
  t.equal(rig.wheel.size, 0);
});

t.test(
  'answers that come too late are dropped and counted, also when the row is used again',
  async (t) => {
    const rig = new Rig();
    const ask = rig.open('one', 10);
    const { slot, generation } = ask;
    rig.pass(10);
    rig.news();
    rig.table.settle(slot, generation, false, 'late');
    const again = rig.open('two');
    t.equal(again.slot, slot, 'the row is used again');
    t.not(again.generation, generation);
    rig.table.settle(slot, generation, false, 'very late');
    t.same(rig.news(), []);
    t.equal(rig.counted('lateReplies'), 2);
    rig.table.settle(99, 1, false, 'a row that never was');
    t.equal(rig.counted('lateReplies'), 3);
    t.equal(rig.table.find(slot, generation), undefined);
    t.equal(rig.table.find(slot, again.generation), again);
    rig.table.settle(slot, again.generation, false, 'in time');
    rig.table.settle(slot, again.generation, false, 'a second answer');
    t.same(rig.news(), [['two', 'resolved', 'in time']]);
    t.equal(rig.counted('lateReplies'), 4);
  },
);

t.test('the asks of an incarnation that is over stay without answer, and only those', async (t) => {
  const rig = new Rig();
  const [cell, other] = [makeCell(), makeCell()];
  rig.open('a', 1000, cell);
  const b = rig.open('b', 1000, other);
  rig.open('c', 1000, cell);
  const d = rig.open('d', 1000);
  t.equal(b.turn, 8);
  t.equal(b.epoch, 3);
  rig.table.forget(cell);
  t.equal(cell.asks, null);
  t.equal(other.asks, b);
  t.equal(rig.table.size, 2);
  rig.pass(5000);
  const rejected = rig.news().filter(([, what]) => what === 'rejected');
  t.same(
    rejected.map(([name]) => name),
    ['b', 'd'],
  );
  t.notOk(b.isPending);
  t.notOk(d.isPending);
  t.equal(other.asks, null, 'one that timed out is in no list any more');
});

t.test('a dead thread fails the asks that it had read, and those only', async (t) => {
  const rig = new Rig();
  const at = (name: string, position: number, target = TARGET): void => {
    rig.open(name, 1000, null, target).position = position;
  };
  at('read', 100);
  at('read last', 200);
  at('in the ring', 208);
  at('in the overflow', Number.NaN);
  at('elsewhere', 100, { thread: 3 } as AnyRef);
  rig.table.threadDied(2, 200, () => new Error('died'));
  t.same(rig.news(), [
    ['read', 'rejected', 'died'],
    ['read last', 'rejected', 'died'],
  ]);
  t.equal(rig.table.size, 3);
});

t.test(
  'what the runtime asked a thread that died is asked again, and no ask of an actor',
  async (t) => {
    const rig = new Rig();
    const again: string[] = [];
    const query = (name: string, target = TARGET) => {
      const ask = rig.open(name, 1000, null, target);
      ask.again = () => again.push(name);
      return ask;
    };
    query('open');
    query('elsewhere', { thread: 3 } as AnyRef);
    const { slot, generation } = query('answered');
    rig.table.settle(slot, generation, false, 'here');
    t.equal(rig.open('of an actor', 1000).isQuery, false, 'though it has the row of a question');
    rig.table.repeatQueries(2);
    t.same(again, ['open']);
    t.same(rig.news(), [['answered', 'resolved', 'here']]);
  },
);

t.test('positions are compared as they wrap around', async (t) => {
  const rig = new Rig();
  rig.open('before', 1000).position = 2 ** 31 - 8;
  rig.open('after', 1000).position = -(2 ** 31) + 64;
  rig.table.threadDied(2, -(2 ** 31) + 8, () => 'died');
  t.same(rig.news(), [['before', 'rejected', 'died']]);
});

t.test('all fail when the system stops, each once', async (t) => {
  const rig = new Rig();
  const listeners: string[] = [];
  rig.open('a').unlisten = () => listeners.push('a');
  rig.open('b');
  rig.table.failAll(() => 'stopped');
  rig.table.failAll(() => 'stopped');
  t.same(rig.news(), [
    ['a', 'rejected', 'stopped'],
    ['b', 'rejected', 'stopped'],
  ]);
  t.same(listeners, ['a'], 'the listener of its AbortSignal is taken off');
  t.equal(rig.wheel.size, 0);
});

t.test('a timeout that is no positive number is refused, and opens no row', async (t) => {
  const rig = new Rig();
  for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 36 + 1, '5', null]) {
    const error = thrown(() => rig.open('bad', timeoutMs as number));
    assertTroupeError(t, error, 'ERR_OPTION', `timeoutMs is ${timeoutMs}`, 'greater than 0');
  }
  t.equal(rig.table.size, 0);
  rig.open('good', 2 ** 36);
  t.equal(rig.table.size, 1);
});

t.test('what is refused while it is being made is told later, and once', async (t) => {
  const rig = new Rig();
  const ask = rig.open('a');
  ask.isOpening = true;
  rig.table.settle(ask.slot, ask.generation, true, 'full');
  t.same(rig.news(), []);
  t.equal(rig.table.size, 0, 'its row is free at once');
  t.equal(rig.open('b').isOpening, false, 'and the next in the row is another');
  for (const call of rig.later) call();
  t.same(rig.news(), [['a', 'rejected', 'full']]);
});
