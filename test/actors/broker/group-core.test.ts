import t from 'tap';
import {
  DELIVERY_TRANSITIONS,
  type DeliveryEvent,
  nextState,
} from '#actors/broker/delivery-state.js';
import { Holder } from '#actors/broker/member.js';
import { retryDelayMs } from '#actors/broker/retry-delay.js';
import { type Held, ShardRig, seqsOf, taken } from './shard-rig.js';

const subjects = ['s.>'];
const retry = { minMs: 100, maxMs: 1000, jitter: 'none' } as const;

/** A work queue with a group and so many messages. */
function queue(count: number, options: Parameters<ShardRig['group']>[2] = {}) {
  const rig = new ShardRig({ s: { subjects, retention: 'workqueue' } });
  const group = rig.group('s', 'g', { retry, ackWaitMs: 1000, ...options });
  for (let i = 0; i < count; i++) rig.publish('s.a', i);
  return { rig, group };
}

function only(held: readonly Held[]): Held {
  if (held.length !== 1) throw new Error(`${held.length} deliveries, not one`);
  return held[0]!;
}

t.test('an answer to a former delivery is refused and changes nothing', async (t) => {
  const { rig, group } = queue(1);
  const first = only(rig.pull(group, 1));
  rig.advance(1000);
  rig.advance(100);
  const second = only(rig.pull(group, 1));
  t.match(second, { seq: 1, delivery: 2, failures: 1 });
  for (const verb of ['ack', 'release', 'fail', 'reject', 'extend'] as const) {
    t.equal(rig.settle(first, verb), false, `a late ${verb}`);
  }
  t.equal(group.deliveries.inFlightCount, 1, 'the second delivery is unaffected');
  t.equal(rig.settle(second, 'ack'), true);
  t.equal(rig.settle(second, 'ack'), false, 'an ack counts once');
  t.equal(rig.core.stream('s').log.size, 0);
});

t.test(
  'a deadline that begins within a millisecond is not early, and less than one late',
  async (t) => {
    const { rig, group } = queue(1);
    rig.advance(0.7);
    const held = only(rig.pull(group, 1));
    rig.advance(999.9);
    t.same(rig.pull(group, 1), []);
    t.ok(rig.settle(held, 'extend'), 'the delivery is still the present one');
    rig.advance(999.9);
    t.equal(group.deliveries.inFlightCount, 1);
    rig.advance(1.1);
    t.equal(group.deliveries.inFlightCount, 0);
    t.notOk(rig.settle(held, 'ack'));
  },
);

t.test('a deadline can be extended, but not when it is over', async (t) => {
  const { rig, group } = queue(1);
  const held = only(rig.pull(group, 1));
  rig.advance(900);
  t.ok(rig.settle(held, 'extend', 5000));
  rig.advance(4999);
  t.equal(group.deliveries.inFlightCount, 1);
  t.ok(rig.settle(held, 'extend'));
  rig.advance(1000);
  t.equal(group.deliveries.inFlightCount, 0);
  t.notOk(rig.settle(held, 'extend'));
});

t.test(
  'what is released comes again at once and near its old place, and is no failure',
  async (t) => {
    const { rig, group } = queue(4);
    const held = rig.pull(group, 3);
    rig.settle(held[1]!, 'release');
    rig.settle(held[0]!, 'release');
    const again = rig.pull(group, 3);
    t.same(seqsOf(again), [1, 2, 4]);
    t.match(again[0], { delivery: 2, failures: 0 });
  },
);

t.test('what fails comes again later each time, and is a dead letter in the end', async (t) => {
  const { rig, group } = queue(1, { maxFailures: 3 });
  for (const delayMs of [100, 200]) {
    rig.settle(only(rig.pull(group, 1)), 'fail', -1, 'no luck');
    rig.advance(delayMs - 1);
    t.same(rig.pull(group, 1), []);
    rig.advance(1);
  }
  rig.settle(only(rig.pull(group, 1)), 'fail', -1, 'no luck at all');
  t.equal(rig.core.stream('s').log.size, 0);
  const [dead] = [...rig.core.stream('s.dead').log.values()];
  t.match(dead, { subject: 's.a', payload: 0, isCommitted: true });
  t.match(dead!.dead, {
    stream: 's',
    group: 'g',
    seq: 1,
    reason: 'failures',
    error: 'no luck at all',
    deliveries: 3,
    failures: 3,
  });
});

t.test('a delay of its own can be asked for, and none', async (t) => {
  const { rig, group } = queue(1);
  rig.settle(only(rig.pull(group, 1)), 'fail', 7000);
  rig.advance(6999);
  t.same(rig.pull(group, 1), []);
  rig.advance(1);
  rig.settle(only(rig.pull(group, 1)), 'fail', 0);
  rig.advance(0);
  t.equal(only(rig.pull(group, 1)).failures, 2);
});

t.test('deliveries are bounded too, and a rejected message is dead at once', async (t) => {
  const { rig, group } = queue(2, { maxDeliveries: 3 });
  for (let i = 0; i < 3; i++) rig.settle(only(rig.pull(group, 1)), 'release');
  rig.settle(only(rig.pull(group, 1)), 'reject', -1, 'never');
  const dead = [...rig.core.stream('s.dead').log.values()].map((each) => each.dead);
  t.match(dead, [
    { reason: 'deliveries', seq: 1, deliveries: 3, failures: 0 },
    { reason: 'rejected', seq: 2, deliveries: 1, error: 'never' },
  ]);
});

t.test(
  'a full dead-letter stream loses nothing: the message stays and is tried again',
  async (t) => {
    const rig = new ShardRig({ s: { subjects, retention: 'workqueue', maxDeadLetters: 1 } });
    const group = rig.group('s', 'g', {});
    for (let i = 0; i < 2; i++) rig.publish('s.a', i);
    for (const held of rig.pull(group, 2)) rig.settle(held, 'reject');
    t.equal(rig.core.stream('s').log.size, 1);
    rig.advance(5000);
    t.equal(only(rig.pull(group, 1)).seq, 2);
  },
);

t.test('messages of one key are in flight one at a time, the others pass', async (t) => {
  const { rig, group } = queue(0);
  for (const [key, n] of [
    ['k', 1],
    ['k', 2],
    ['other', 3],
    ['k', 4],
  ] as const) {
    rig.publish('s.a', n, { key });
  }
  rig.publish('s.a', 5);
  const held = rig.pull(group, 10);
  t.same(seqsOf(held), [1, 3, 5]);
  rig.settle(held[0]!, 'fail');
  t.same(rig.pull(group, 10), [], 'those behind a failed one wait for it');
  rig.advance(100);
  const head = only(rig.pull(group, 10));
  t.equal(head.seq, 1);
  rig.settle(head, 'ack');
  rig.settle(only(rig.pull(group, 10)), 'reject');
  t.equal(only(rig.pull(group, 10)).seq, 4, 'one that is dead lets the next pass');
});

t.test('a key whose head is removed meanwhile goes on', async (t) => {
  const { rig, group } = queue(0);
  rig.publish('s.a', 1, { key: 'k', ttlMs: 50 });
  rig.publish('s.a', 2, { key: 'k' });
  const held = only(rig.pull(group, 2));
  rig.settle(held, 'release');
  rig.advance(60);
  t.equal(only(rig.pull(group, 2)).seq, 2);
  t.equal(group.deliveries.outstanding.size, 1);
});

t.test('a message that comes back while a less urgent one is looked at is not lost', async (t) => {
  const { rig, group } = queue(0);
  rig.publish('s.a', null, { key: 'k', priority: 0 });
  const first = only(rig.pull(group, 1));
  rig.publish('s.a', null, { key: 'k', priority: 9 });
  t.same(rig.pull(group, 1), [], 'parked behind its key');
  rig.settle(first, 'release');
  rig.core.stream('s').remove(rig.core.stream('s').log.get(first.seq)!);
  t.same(seqsOf(rig.pull(group, 1)), [2]);
});

t.test('the urgent come first, equals in their order, also when they come back', async (t) => {
  const { rig, group } = queue(0);
  for (const priority of [4, 0, 9, 4, 9, 5]) rig.publish('s.a', null, { priority });
  const held = rig.pull(group, 10);
  t.same(seqsOf(held), [3, 5, 6, 1, 4, 2]);
  for (const each of held) rig.settle(each, 'release');
  t.same(seqsOf(rig.pull(group, 10)), [3, 5, 6, 1, 4, 2]);
});

t.test('a message may be delayed or wait for a moment; the wall clock may jump', async (t) => {
  const { rig, group } = queue(0);
  rig.publish('s.a', null, { delayMs: 1000 });
  rig.publish('s.a', null, { deliverAtMs: rig.time.wallMs + 500 });
  rig.publish('s.a', null, { deliverAtMs: rig.time.wallMs - 500 });
  t.same(seqsOf(rig.pull(group, 10)), [3]);
  rig.advance(499, 3_600_000);
  t.same(rig.pull(group, 10), [], 'no flood');
  rig.advance(1, -7_200_000);
  t.same(seqsOf(rig.pull(group, 10)), [2], 'no stall');
  rig.advance(500);
  t.same(seqsOf(rig.pull(group, 10)), [1]);
});

t.test('who is gone gives everything back at once; only what was in hand has failed', async (t) => {
  const { rig, group } = queue(5);
  const word = new Int32Array(new SharedArrayBuffer(4));
  const holder = new Holder('consumer', word, 1e6);
  const held = taken(group, rig.consumer(group, 3, holder));
  t.same(seqsOf(held), [1, 2, 3]);
  word[0] = held[1]!.ordinal;
  group.deliveries.giveBack(holder, 0, 'gone', rig.time);
  rig.step();
  t.same(
    rig.pull(group, 10).map(({ seq, failures }) => [seq, failures]),
    [
      [1, 0],
      [3, 0],
      [4, 0],
      [5, 0],
    ],
  );
  rig.advance(100);
  t.match(only(rig.pull(group, 10)), { seq: 2, failures: 1 });
  t.notOk(rig.settle(held[0]!, 'ack'), 'its answers come too late');
});

t.test('deadlines are extended while a handler runs, but no handler for ever', async (t) => {
  const { rig, group } = queue(2);
  const word = new Int32Array(new SharedArrayBuffer(4));
  const holder = new Holder('consumer', word, 10_000);
  const member = rig.consumer(group, 2, holder);
  const held = taken(group, member);
  word[0] = held[0]!.ordinal;
  for (let i = 0; i < 9; i++) rig.advance(1000);
  t.equal(group.deliveries.inFlightCount, 2);
  t.ok(rig.settle(held[1]!, 'ack'));
  t.same(taken(group, member), []);
  for (let i = 0; i < 3; i++) rig.advance(1000);
  t.match(only(taken(group, member)), { seq: 1, delivery: 2, failures: 1 }, 'it has hung too long');
});

t.test(
  'a consumer has at most its limit, the group at most its own; others get the rest in turn',
  async (t) => {
    const { rig, group } = queue(10, { maxInFlight: 5 });
    const [one, other] = ['one', 'other'].map((id) =>
      rig.consumer(group, 2, new Holder(id, null, 0)),
    );
    t.same(seqsOf(taken(group, one!)), [1, 2]);
    const held = taken(group, other!);
    t.same(seqsOf(held), [3, 4]);
    t.same(seqsOf(rig.pull(group, 10)), [5]);
    rig.settle(held[0]!, 'ack');
    t.same(seqsOf(taken(group, other!)), [6]);
    t.same(taken(group, one!), []);
  },
);

t.test('a paused group gives out nothing, and goes on where it was', async (t) => {
  const { rig, group } = queue(2);
  const held = only(rig.pull(group, 1));
  group.isPaused = true;
  t.same(rig.pull(group, 1), []);
  t.ok(rig.settle(held, 'ack'));
  group.isPaused = false;
  t.same(seqsOf(rig.pull(group, 1)), [2]);
});

t.test(
  'a group of one subject among many finds its messages without looking at the others',
  async (t) => {
    const rig = new ShardRig({ s: { subjects, retention: 'workqueue' } });
    const groups = ['a', 'b'].map((each) => rig.group('s', each, { filter: `s.${each}` }));
    for (const each of ['a', 'b', 'b', 'a']) rig.publish(`s.${each}`);
    t.same(seqsOf(rig.pull(groups[0]!, 10)), [1, 4]);
    t.same(seqsOf(rig.pull(groups[1]!, 1)), [2]);
    t.equal(groups[1]!.floor, 1);
  },
);

t.test(
  'the delay of a retry is exponential, capped, never NaN, and any share of that with full jitter',
  async (t) => {
    const policy = { minMs: 100, maxMs: 10_000, factor: 10, jitter: 'none' } as const;
    t.same(
      [1, 2, 3, 4, 400].map((n) => retryDelayMs(policy, n, 0.5)),
      [100, 1000, 10_000, 10_000, 10_000],
    );
    t.equal(retryDelayMs({ ...policy, jitter: 'full' }, 2, 0.25), 250);
    t.equal(retryDelayMs({ ...policy, minMs: 0 }, 2000, 0), 0);
  },
);

t.test('every state leads to done, and what the table does not know is a defect', async (t) => {
  const states = Object.keys(DELIVERY_TRANSITIONS) as (keyof typeof DELIVERY_TRANSITIONS)[];
  const events = new Set(states.flatMap((each) => Object.keys(DELIVERY_TRANSITIONS[each])));
  for (const state of states) {
    for (const event of events) {
      const known = (DELIVERY_TRANSITIONS[state] as Record<string, string>)[event];
      const step = (): string => nextState(state, event as DeliveryEvent);
      if (known === undefined) t.throws(step, { code: 'ERR_INVARIANT' });
      else t.ok(states.includes(step() as never), `${state} ${event}`);
    }
  }
});
