import t from 'tap';
import { Mailbox, Offer, type RoomWaiter } from '../../runtime/mailbox/mailbox.js';
import { mailboxOptions } from '../../runtime/mailbox/mailbox-options.js';
import { byRank, type Item, item, mailbox } from './mailbox-model.js';

function takeAll(box: Mailbox<Item>): number[] {
  const ids: number[] = [];
  for (let item = box.shift(); item !== undefined; item = box.shift()) ids.push(item.id);
  return ids;
}

/** A waiting sender that notes its admission. */
class Sender implements RoomWaiter<Item> {
  admitted: number[] = [];

  onAdmitted(item: Item): void {
    this.admitted.push(item.id);
  }
}

t.test('an idle mailbox has no storage, before its first message and after a burst', async (t) => {
  for (const priority of [undefined, byRank]) {
    const box = mailbox({ priority });
    t.equal(box.hasStorage, false);
    t.equal(box.shift(), undefined);
    for (let id = 0; id < 1000; id++) box.offer(item(id));
    t.equal(box.hasStorage, true);
    takeAll(box);
    t.equal(box.hasStorage, false);
  }
});

t.test(
  'the only item counts for the capacity and is drained or gives way as any other',
  async (t) => {
    const tiny = mailbox({ capacity: 1, overflow: 'drop-oldest' });
    tiny.offer(item(1));
    t.equal(tiny.offer(item(2)), Offer.EVICTED);
    t.equal(tiny.takeEvicted().id, 1);
    t.same(takeAll(tiny), [2]);
    const box = mailbox({ capacity: 1 });
    box.offer(item(1));
    const seen: number[] = [];
    box.drain((each) => {
      seen.push(each.id);
      box.offer(item(2));
    });
    t.same(seen, [1]);
    box.prepend([item(0)]);
    t.same(takeAll(box), [0, 2]);
  },
);

t.test('a full mailbox answers FULL and keeps what it has', async (t) => {
  for (const overflow of ['reject', 'fail', 'wait'] as const) {
    const box = mailbox({ capacity: 2, overflow });
    const answers = [1, 2, 3].map((id) => box.offer(item(id)));
    t.same(answers, [Offer.ACCEPTED, Offer.ACCEPTED, Offer.FULL], overflow);
    t.same(takeAll(box), [1, 2]);
    t.equal(box.offer(item(4)), Offer.ACCEPTED, 'room again');
  }
});

t.test('drop-oldest evicts the oldest item that may be dropped', async (t) => {
  const box = mailbox({ capacity: 3, overflow: 'drop-oldest' });
  box.offer(item(1, 0, true));
  box.offer(item(2));
  box.offer(item(3));
  t.equal(box.offer(item(4)), Offer.EVICTED);
  t.equal(box.takeEvicted().id, 2);
  t.equal(box.offer(item(5, 0, true)), Offer.EVICTED);
  t.equal(box.takeEvicted().id, 3);
  t.same(takeAll(box), [1, 4, 5]);
});

t.test('drop-oldest answers FULL when nothing may be dropped', async (t) => {
  for (const priority of [undefined, byRank]) {
    const box = mailbox({ capacity: 2, overflow: 'drop-oldest', priority });
    box.offer(item(1, 0, true));
    box.offer(item(2, 0, true));
    t.equal(box.offer(item(3)), Offer.FULL);
    t.equal(box.offer(item(4)), Offer.FULL);
    t.throws(() => box.takeEvicted(), { code: 'ERR_INVARIANT' });
    t.same(takeAll(box), [1, 2]);
  }
});

t.test('an evicted item that nobody took is noticed before it is lost', async (t) => {
  const box = mailbox({ capacity: 1, overflow: 'drop-oldest' });
  box.offer(item(1));
  box.offer(item(2));
  t.throws(() => box.offer(item(3)), { code: 'ERR_INVARIANT' });
  t.equal(box.takeEvicted().id, 1);
  t.throws(() => box.takeEvicted(), { code: 'ERR_INVARIANT' });
});

t.test('items known to be undroppable are not asked about again', async (t) => {
  let askedCount = 0;
  const traits = {
    messageOf: () => undefined,
    droppable: (item: Item) => {
      askedCount++;
      return !item.keep;
    },
    onUnranked: undefined,
  };
  const settings = { capacity: 100, overflow: 'drop-oldest' } as const;
  const box = new Mailbox<Item>(mailboxOptions(settings, traits, 'test'));
  for (let id = 0; id < 100; id++) box.offer(item(id, 0, true));
  for (let id = 0; id < 50; id++) box.offer(item(id));
  t.equal(askedCount, 100);
  box.shift();
  t.equal(box.offer(item(200)), Offer.ACCEPTED);
  t.equal(box.offer(item(201)), Offer.EVICTED);
  t.equal(box.takeEvicted().id, 200);
  t.equal(askedCount, 101);
});

t.test('priority decides the order, arrival among equals', async (t) => {
  const box = mailbox({ priority: byRank });
  for (const [id, rank] of [5, 1, 5, 1, 3].entries()) box.offer(item(id, rank));
  t.same(takeAll(box), [1, 3, 4, 0, 2]);
});

t.test('with priorities the least urgent gives way, the oldest among equals', async (t) => {
  const box = mailbox({ capacity: 4, overflow: 'drop-oldest', priority: byRank });
  for (const [id, rank] of [9, 1, 9, 5].entries()) box.offer(item(id, rank));
  t.equal(box.offer(item(10, 9)), Offer.EVICTED);
  t.equal(box.takeEvicted().id, 0);
  t.equal(box.offer(item(11, 3)), Offer.EVICTED);
  t.equal(box.takeEvicted().id, 2);
  t.same(takeAll(box), [1, 11, 3, 10]);
});

t.test('a newcomer less urgent than all the others is refused, if it may be dropped', async (t) => {
  const box = mailbox({ capacity: 2, overflow: 'drop-oldest', priority: byRank });
  box.offer(item(1, 1));
  box.offer(item(2, 2));
  t.equal(box.offer(item(3, 3)), Offer.FULL);
  t.equal(box.offer(item(4, 3, true)), Offer.EVICTED);
  t.equal(box.takeEvicted().id, 2);
  t.same(takeAll(box), [1, 4]);
});

t.test('a message whose priority is unknown comes last and is reported', async (t) => {
  const reported: [number, unknown][] = [];
  const failure = new Error('no idea');
  const traits = {
    messageOf: (item: Item) => item.rank,
    droppable: () => true,
    onUnranked: (item: Item, instead: unknown) => reported.push([item.id, instead]),
  };
  const priority = (message: unknown): number => {
    if (message === 1) throw failure;
    return message === 2 ? Number.NaN : message === 3 ? ('x' as unknown as number) : 7;
  };
  const box = new Mailbox<Item>(mailboxOptions({ priority }, traits, 'test'));
  for (const id of [1, 2, 3, 4]) t.equal(box.offer(item(id, id)), Offer.ACCEPTED);
  t.same(takeAll(box), [4, 1, 2, 3]);
  t.same(
    reported.map(([id]) => id),
    [1, 2, 3],
  );
  t.equal(reported[0]?.[1], failure);
  t.ok(Number.isNaN(reported[1]?.[1]));
});

t.test('waiting senders are admitted in order, and nobody overtakes them', async (t) => {
  const box = mailbox({ capacity: 2, overflow: 'wait' });
  const senders = [new Sender(), new Sender()];
  for (const id of [1, 2]) box.offer(item(id));
  for (const [i, sender] of senders.entries()) box.wait(item(3 + i), sender);
  t.equal(box.waitingCount, 2);
  t.equal(box.shift()?.id, 1);
  t.equal(box.offer(item(9)), Offer.FULL, 'there is room, but not for others');
  t.equal(box.admit(), 1);
  t.same(
    senders.map((sender) => sender.admitted),
    [[3], []],
  );
  t.equal(box.shift()?.id, 2);
  t.equal(box.admit(), 1);
  t.equal(box.waitingCount, 0);
  t.same(takeAll(box), [3, 4]);
  t.equal(box.hasStorage, true, 'a small queue is kept');
  t.equal(box.offer(item(10)), Offer.ACCEPTED);
});

t.test('a sender that would wait although there is room is admitted at once', async (t) => {
  const box = mailbox({ capacity: 1, overflow: 'wait' });
  const sender = new Sender();
  box.wait(item(1), sender);
  t.same(sender.admitted, [1]);
  t.equal(box.waitingCount, 0);
});

t.test('a sender that gives up gets its item back, and the next moves up', async (t) => {
  const box = mailbox({ capacity: 1, overflow: 'wait' });
  const [first, second] = [new Sender(), new Sender()];
  t.equal(box.withdraw(first), undefined);
  box.offer(item(1));
  box.wait(item(2), first);
  box.wait(item(3), second);
  t.equal(box.withdraw(first)?.id, 2);
  t.equal(box.withdraw(first), undefined);
  box.shift();
  box.admit();
  t.same(first.admitted, []);
  t.same(second.admitted, [3]);
});

t.test('prepended items come first, in order, even beyond the capacity', async (t) => {
  const box = mailbox({ capacity: 2 });
  for (const id of [1, 2]) box.offer(item(id));
  box.prepend([item(8), item(9)]);
  t.equal(box.length, 4);
  t.equal(box.shift()?.id, 8);
  t.equal(box.offer(item(3)), Offer.FULL, 'still above the capacity');
  t.same(takeAll(box), [9, 1, 2]);
});

t.test('prepended items come before their equals where there are priorities', async (t) => {
  const box = mailbox({ priority: byRank });
  for (const [id, rank] of [1, 2].entries()) box.offer(item(id, rank));
  box.prepend([item(7, 2), item(8, 2), item(9, 1)]);
  t.same(takeAll(box), [9, 0, 7, 8, 1]);
});

t.test('draining shows items, then those of waiting senders, and leaves nothing', async (t) => {
  for (const priority of [undefined, byRank]) {
    const box = mailbox({ capacity: 2, overflow: 'wait', priority });
    const sender = new Sender();
    for (const id of [1, 2]) box.offer(item(id));
    box.wait(item(3), sender);
    const seen: [number, unknown][] = [];
    box.drain((item, waiter) => seen.push([item.id, waiter]));
    t.same(
      seen.map(([id]) => id),
      [1, 2, 3],
    );
    t.equal(seen[1]?.[1], null);
    t.equal(seen[2]?.[1], sender);
    t.same(sender.admitted, []);
    t.equal(box.length + box.waitingCount, 0);
    t.equal(box.offer(item(4)), Offer.ACCEPTED);
  }
});

t.test('items can be appended without a look at each where offers would be accepted', async (t) => {
  const box = mailbox({ capacity: 3, overflow: 'drop-oldest' });
  box.offer(item(0));
  t.equal(box.appendRoom, 2);
  box.append(item(1));
  box.append(item(2));
  t.equal(box.appendRoom, 0);
  t.equal(box.offer(item(3)), Offer.EVICTED, 'a full one drops its oldest item, as ever');
  t.equal(box.takeEvicted().id, 0);
  box.prepend([item(7), item(8)]);
  t.equal(box.appendRoom, 0, 'fuller than full');
  t.same(takeAll(box), [7, 8, 1, 2, 3]);
});

t.test('nothing is appended past priorities or waiting senders', async (t) => {
  t.equal(mailbox({ priority: byRank }).appendRoom, 0);
  const box = mailbox({ capacity: 1 });
  box.offer(item(0));
  box.wait(item(1), new Sender());
  t.equal(box.shift()?.id, 0);
  t.equal(box.appendRoom, 0, 'the one who waits has the room');
  box.admit();
  t.same(takeAll(box), [1]);
  t.equal(box.appendRoom, 1);
});
