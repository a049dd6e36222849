import t from 'tap';
import type { ActorCell } from '../../runtime/actor/actor-cell.js';
import { failed, NORMAL } from '../../runtime/actor/exit-reason.js';
import { CellStatus } from '../../runtime/actor/lifecycle.js';
import { link, linkEnded, linked } from '../../runtime/actor/linking.js';
import { Watches } from '../../runtime/actor/watches.js';
import type { AnyRef } from '../../runtime/ref/actor-ref.js';

const MEMBER = 2;
const PEER = { id: 'peer', path: '/user/peer', thread: MEMBER } as unknown as AnyRef;

/** A cell whose peer's thread has a serial, and of the death of whose threads it knows up to another one. */
function makeCell(serial: number, deadSerial: number) {
  const watches = new Watches();
  const errors: unknown[] = [];
  const extras = { watches, openWatches: () => watches };
  const host = {
    serialOf: () => serial,
    deadSerial: () => deadSerial,
    signal: () => {},
    failed: (_cell: unknown, { cause }: { cause: { code?: string } }) => errors.push(cause.code),
  };
  const cell = {
    ref: { id: 'here', path: '/user/here' },
    recipe: { definition: { name: 'Here' } },
    // One that has nothing to end, so that only the failure itself shows.
    status: CellStatus.SUSPENDED,
    extras,
    openExtras: () => extras,
    host,
  };
  return { cell: cell as unknown as ActorCell, errors, serials: () => serialsOf(watches) };
}

function serialsOf({ links }: Watches): number[] {
  return [...links.values()].map(({ serial }) => serial);
}

t.test('a link holds for the thread that the peer had then', async (t) => {
  const { cell, errors, serials } = makeCell(7, 4);
  linked(cell, { type: 'link', peer: PEER, serial: 6 });
  t.same(serials(), [6]);
  link(cell, PEER);
  t.same(serials(), [6], 'the death of thread 6 is still to be answered');
  t.same(errors, []);
  const other = makeCell(7, 4);
  link(other.cell, PEER);
  t.same(other.serials(), [7]);
});

t.test('a link of a thread that is known to be dead has broken already', async (t) => {
  const { cell, errors, serials } = makeCell(7, 6);
  linked(cell, { type: 'link', peer: PEER, serial: 6 });
  t.same(errors, ['ERR_THREAD_DIED']);
  t.same(serials(), []);
  linked(cell, { type: 'link', peer: PEER, serial: 7 });
  t.same(errors.length, 1, 'one of the next thread has not');
  t.same(serials(), [7]);
});

t.test('a link of the next thread is faster than the news that the former one died', async (t) => {
  const { cell, errors, serials } = makeCell(7, 4);
  linked(cell, { type: 'link', peer: PEER, serial: 6 });
  linked(cell, { type: 'link', peer: PEER, serial: 7 });
  t.same(errors, ['ERR_THREAD_DIED'], 'the link to the dead incarnation breaks');
  t.same(serials(), [7], 'and the new one hears of the failure');
});

t.test('who is linked falls with its peer once, unless the end was in order', async (t) => {
  const { cell, errors } = makeCell(7, 4);
  const reason = failed(Object.assign(new Error('it crashed'), { code: 'CRASH' }));
  linkEnded(cell, { type: 'link-exit', peer: PEER, reason });
  t.same(errors, [], 'there is no link');
  linked(cell, { type: 'link', peer: PEER, serial: 7 });
  linkEnded(cell, { type: 'link-exit', peer: PEER, reason: NORMAL });
  t.same(errors, []);
  linked(cell, { type: 'link', peer: PEER, serial: 7 });
  linkEnded(cell, { type: 'link-exit', peer: PEER, reason });
  linkEnded(cell, { type: 'link-exit', peer: PEER, reason });
  t.same(errors, ['CRASH']);
});
