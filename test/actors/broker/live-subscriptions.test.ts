import t from 'tap';
import {
  type LiveMessage,
  LiveSubscription,
  LiveSubscriptions,
} from '#actors/broker/live-subscriptions.js';

function message(n: number): LiveMessage {
  return { subject: 's.a', payload: n, headers: null, requester: null };
}

function payloads(subscription: LiveSubscription): unknown[] {
  return subscription.take(100).messages.map(({ payload }) => payload);
}

t.test('what is full gives up the oldest, the newest, or all that is to come', async (t) => {
  for (const [whenSlow, kept, droppedCount] of [
    ['drop-oldest', [3, 4], 2],
    ['drop-newest', [1, 2], 2],
    ['end', [1, 2], 1],
  ] as const) {
    const live = new LiveSubscriptions();
    const slow = new LiveSubscription('s.*', null, 2, whenSlow);
    const fast = new LiveSubscription('s.>', null, 100, 'end');
    live.add(slow, false);
    live.add(fast, false);
    const counts = [1, 2, 3, 4].map((n) => live.publish(message(n)));
    t.equal(
      counts.at(-1),
      whenSlow === 'end' ? 1 : 2,
      `${whenSlow}: one that has ended hears no more`,
    );
    t.equal(slow.length, 2);
    const taken = slow.take(100);
    t.same(
      taken.messages.map(({ payload }) => payload),
      kept,
    );
    t.equal(taken.droppedCount, droppedCount);
    t.equal(slow.isOver, whenSlow === 'end');
    t.same(payloads(fast), [1, 2, 3, 4]);
    t.equal(slow.take(100).droppedCount, 0, 'told once');
  }
});

t.test('a queue goes on without a member that has ended', async (t) => {
  const live = new LiveSubscriptions();
  const members = [1, 2].map(() => new LiveSubscription('s.a', 'q', 1, 'end'));
  for (const each of members) live.add(each, false);
  // Each has its one message, and each loses the next; nobody is left then.
  t.same(
    [1, 2, 3, 4, 5].map((n) => live.publish(message(n))),
    [1, 1, 1, 1, 0],
  );
  t.same(members.map(payloads), [[1], [2]]);
});
