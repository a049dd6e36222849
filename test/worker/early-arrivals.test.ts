import t from 'tap';
import type { ActorCell } from '../../runtime/actor/actor-cell.js';
import type { Address } from '../../runtime/ref/address.js';
import type { ActorThread } from '../../runtime/worker/actor-thread.js';
import { CellTable } from '../../runtime/worker/cell-table.js';
import { EarlyArrivals } from '../../runtime/worker/early-arrivals.js';

const HERE = 1;
/** Serials of members 0, 1 and 2. */
const SERIALS = [1, 2, 3];

/** A thread as far as early arrivals know it. */
function makeEarly(serials = [...SERIALS]) {
  const cells = new CellTable();
  const thread = {
    thread: HERE,
    cells,
    control: { members: serials.length },
    serialOf: (member: number) => serials[member],
  };
  return { cells, serials, early: new EarlyArrivals(thread as unknown as ActorThread) };
}

const actorOf = (creator: number, generation: number): Address => ({
  thread: HERE,
  creator,
  slot: generation,
  generation,
});

t.test('what is for an actor that is still to come waits, in order, for the retry', async (t) => {
  const { early } = makeEarly();
  const log: number[] = [];
  t.ok(early.holds(actorOf(3, 1), () => log.push(1)));
  t.ok(early.holds(actorOf(3, 2), () => log.push(2)));
  t.ok(early.holds(actorOf(3, 1), () => log.push(3)));
  t.equal(early.size, 3);
  t.same(log, []);
  early.retry();
  t.same(log, [1, 2, 3]);
  t.equal(early.size, 0);
});

t.test('what is still too early after the retry waits on, in its order', async (t) => {
  const { early, cells } = makeEarly();
  const log: string[] = [];
  const deliver = (what: string, to: Address): void => {
    if (!early.holds(to, () => deliver(what, to))) log.push(what);
  };
  deliver('a', actorOf(3, 1));
  deliver('b', actorOf(3, 2));
  deliver('c', actorOf(3, 1));
  cells.add({ ref: actorOf(3, 1) } as ActorCell);
  early.retry();
  t.same(log, ['a', 'c']);
  t.equal(early.size, 1);
  early.retry();
  t.equal(early.size, 1);
  cells.add({ ref: actorOf(3, 2) } as ActorCell);
  early.retry();
  t.same(log, ['a', 'c', 'b']);
});

t.test(
  'nothing is kept for an actor that is here, was here, or that nobody will make',
  async (t) => {
    const { early, cells, serials } = makeEarly();
    cells.add({ ref: actorOf(3, 5) } as ActorCell);
    const none = (): void => {};
    t.notOk(early.holds(actorOf(3, 5), none), 'it is here');
    t.notOk(early.holds(actorOf(3, 4), none), 'it is gone');
    t.notOk(early.holds(actorOf(2, 1), none), 'this thread makes its actors at once');
    t.notOk(early.holds(actorOf(9, 1), none), 'no thread has that serial');
    t.ok(early.holds(actorOf(3, 6), none));
    serials[2] = 4;
    t.notOk(early.holds(actorOf(3, 7), none), 'its creator died');
  },
);
