import t from 'tap';
import type { ActorCell } from '../../runtime/actor/actor-cell.js';
import type { Signal } from '../../runtime/actor/signals.js';
import type { AnyRef } from '../../runtime/ref/actor-ref.js';
import { type Address, addressKey } from '../../runtime/ref/address.js';
import type { ActorThread } from '../../runtime/worker/actor-thread.js';
import { CellTable } from '../../runtime/worker/cell-table.js';
import { EarlyArrivals } from '../../runtime/worker/early-arrivals.js';
import { Recovery } from '../../runtime/worker/recovery.js';
import { SignalOffice } from '../../runtime/worker/signal-office.js';

const HERE = 1;
/** Serials of members 0, 1 and 2. */
const SERIALS = [1, 5, 7];
/** The thread that this one replaces. */
const DEAD_SERIAL = 3;

/** A thread as far as signals know it, with all that the actors of it were given. */
function makeOffice(survivors: [member: number, serial: number][] = []) {
  const cells = new CellTable();
  const given: string[] = [];
  const sent: string[] = [];
  const thread = {
    thread: HERE,
    serial: SERIALS[HERE],
    cells,
    control: { members: SERIALS.length },
    serialOf: (member: number) => SERIALS[member],
    makeRef: (to: Address) => ({ ...to, id: addressKey(to) }),
    isClosed: false,
    mesh: {
      to: () => ({ signal: (_: Address, { type }: Signal) => sent.push(type) }),
    },
  };
  const early = new EarlyArrivals(thread as unknown as ActorThread);
  const recovery = new Recovery(
    thread as unknown as ActorThread,
    survivors.length > 0 ? DEAD_SERIAL : 0,
    survivors,
  );
  Object.assign(thread, { early, recovery });
  const office = new SignalOffice(thread as unknown as ActorThread);
  const add = (ref: Address): void => {
    const cell = { ref, signal: ({ type }: Signal) => given.push(type) };
    cells.add(cell as unknown as ActorCell);
  };
  return { office, early, recovery, add, given, sent };
}

const actor: Address = { thread: HERE, creator: 1, slot: 4, generation: 1 };
const watcher = { thread: 2, creator: 7, slot: 0, generation: 1 } as unknown as AnyRef;
const watch: Signal = { type: 'watch', watcher, serial: 7 };
const unwatch: Signal = { type: 'unwatch', watcher };

t.test(
  'after a death, what comes once the actor is made again waits behind what came before',
  async (t) => {
    const { office, recovery, add, given } = makeOffice([[0, 1]]);
    office.arrived(2, actor, watch);
    t.same(given, [], 'its actor is still to be made again');
    add(actor);
    office.arrived(2, actor, unwatch);
    t.same(given, [], 'the actor is there, the watch is not');
    recovery.recoveryDone(0, DEAD_SERIAL);
    t.same(given, ['watch', 'unwatch']);
    office.arrived(2, actor, watch);
    t.same(given, ['watch', 'unwatch', 'watch'], 'nothing waits any more');
  },
);

t.test('an order to an actor that is made again waits behind what came before it', async (t) => {
  const { office, recovery, add, given } = makeOffice([[0, 1]]);
  office.arrived(0, actor, { type: 'stop' });
  office.arrived(0, actor, watch);
  add(actor);
  office.arrived(0, actor, { type: 'stop' });
  recovery.recoveryDone(0, DEAD_SERIAL);
  t.same(given, ['watch', 'stop'], 'one from before the death is void');
});

t.test('what comes with the spawn does not overtake what came ahead of it', async (t) => {
  const { office, early, add, given } = makeOffice();
  office.arrived(2, actor, watch);
  t.equal(early.size, 1);
  add(actor);
  office.arrived(2, actor, unwatch);
  t.same(given, []);
  early.retry();
  t.same(given, ['watch', 'unwatch']);
  t.equal(early.size, 0);
});

t.test(
  'a watch that waited is void when the thread of its watcher has died meanwhile',
  async (t) => {
    const { office, early, recovery, add, given } = makeOffice();
    office.arrived(2, actor, watch);
    add(actor);
    recovery.deadSerial = (member) => (member === watcher.thread ? 7 : 0);
    early.retry();
    t.same(given, []);
    office.arrived(2, actor, { ...watch, serial: 8 });
    t.same(given, ['watch'], 'that of its next thread is not');
  },
);

t.test('a watch that an actor passes on as it ends is still one of its sender', async (t) => {
  const { office, recovery, sent } = makeOffice();
  recovery.deadSerial = () => SERIALS[HERE]! + 1;
  office.toActor({ ...actor, creator: 99 } as unknown as AnyRef, { ...watch, serial: 7 });
  t.same(sent, ['terminated']);
});

t.test('what waits for one actor does not hold up another', async (t) => {
  const { office, add, given } = makeOffice();
  const other = { ...actor, slot: 5, generation: 2 };
  office.arrived(2, other, watch);
  add(actor);
  office.arrived(2, actor, unwatch);
  t.same(given, ['unwatch']);
});

t.test('who watches an actor that is gone is told so', async (t) => {
  const { office, sent } = makeOffice();
  office.arrived(2, { ...actor, creator: 99 }, watch);
  t.same(sent, ['terminated']);
});
