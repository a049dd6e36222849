import t from 'tap';
import type { StreamOptions } from '#actors/broker/options.js';
import type { PublishOptions } from '#actors/broker/publishing.js';
import { Recycling } from '#actors/broker/recycling.js';
import { StoredMessage } from '#actors/broker/stored-message.js';
import { ShardRig } from './shard-rig.js';

const subjects = ['s.>'];

/** A work queue with a group. */
function queue(options: Partial<StreamOptions> = {}) {
  const rig = new ShardRig({ s: { subjects, retention: 'workqueue', ...options } });
  return { rig, group: rig.group('s', 'g', { ackWaitMs: 1000 }) };
}

/** Publishes a message, takes and acknowledges it. @returns it, as it was stored */
function passed({ rig, group }: ReturnType<typeof queue>, own: PublishOptions | null = null) {
  const seq = rig.publish('s.a', 'first', own);
  const message = rig.core.stream('s').log.get(seq)!;
  const [held] = rig.pull(group, 1);
  rig.settle(held!, 'ack');
  return message;
}

function published({ rig }: ReturnType<typeof queue>): StoredMessage {
  const seq = rig.publish('s.b', 'second');
  return rig.core.stream('s').log.get(seq)!;
}

t.test('a message that its queue has finished is used for the next one', async (t) => {
  const own = queue();
  const first = passed(own);
  t.equal(first.payload, undefined, 'what it held is let go');
  const second = published(own);
  t.equal(second, first);
  t.match(second, { seq: 2, subject: 's.b', payload: 'second', isCommitted: true, bytes: 6 });
  t.same([second.older, second.newer, second.isRemoved], [null, null, false]);
  const [held] = own.rig.pull(own.group, 1);
  t.match(held, { seq: 2, payload: 'second', delivery: 1, failures: 0 });
});

t.test('counts of a former delivery are not those of the next message', async (t) => {
  const own = queue();
  own.rig.publish('s.a');
  const [first] = own.rig.pull(own.group, 1);
  own.rig.settle(first!, 'release');
  const [again] = own.rig.pull(own.group, 1);
  t.equal(again!.delivery, 2);
  own.rig.settle(again!, 'ack');
  published(own);
  const [next] = own.rig.pull(own.group, 1);
  t.match(next, { seq: 2, delivery: 1, failures: 0 });
  t.notOk(own.rig.settle(again!, 'ack'), 'a late answer changes nothing');
  t.equal(own.group.deliveries.inFlightCount, 1);
});

t.test('the time to live of a message ends no other one', async (t) => {
  for (const own of [queue(), queue({ maxAgeMs: 500 })]) {
    const first = passed(own, { ttlMs: 500 });
    const second = published(own);
    t.not(second, first);
    own.rig.advance(300);
    t.notOk(second.isRemoved);
  }
  const aged = queue({ maxAgeMs: 500 });
  passed(aged);
  aged.rig.advance(300);
  const second = published(aged);
  aged.rig.advance(300);
  t.notOk(second.isRemoved, 'nor does the age of the one before');
});

t.test('an acknowledgement that was being written when its group began anew', async (t) => {
  const own = queue();
  const { rig, group } = own;
  const seq = rig.publish('s.a', 'first');
  const first = rig.core.stream('s').log.get(seq)!;
  const [held] = rig.pull(group, 1);
  const found = group.deliveries.find(held!.seq, held!.delivery, group.epoch)!;
  group.deliveries.begin(found);
  rig.core.dropGroup(group);
  const fresh = rig.group('s', 'g', { ackWaitMs: 1000 });
  const [again] = rig.pull(fresh, 1);
  rig.settle(again!, 'ack');
  const second = published(own);
  t.not(second, first);
  group.deliveries.complete(found);
  t.notOk(second.isRemoved, 'it finishes nothing but its own message');
});

t.test('a message of several groups is not used again', async (t) => {
  const rig = new ShardRig({ s: { subjects, retention: 'interest' } });
  const groups = [rig.group('s', 'a'), rig.group('s', 'b')];
  const first = rig.core.stream('s').log.get(rig.publish('s.a'))!;
  for (const group of groups) {
    const [held] = rig.pull(group, 1);
    rig.settle(held!, 'ack');
  }
  t.ok(first.isRemoved);
  t.not(rig.core.stream('s').log.get(rig.publish('s.a')), first);
});

t.test(
  'messages keep the time of their publication while others of that time are over',
  async (t) => {
    const own = queue();
    const { rig, group } = own;
    const { log } = rig.core.stream('s');
    const expected = new Map<number, number>();
    for (let round = 0; round < 50; round++) {
      for (let i = 0; i < 3; i++) expected.set(rig.publish('s.a'), rig.time.wallMs);
      // Of three messages two are over: some of this moment, some of former ones.
      for (const held of rig.pull(group, 2)) {
        rig.settle(held, round % 3 === 0 ? 'release' : 'ack');
        if (round % 3 !== 0) expected.delete(held.seq);
      }
      rig.advance(1);
      for (const [seq, wallMs] of expected) t.equal(log.get(seq)!.publishedAtMs, wallMs);
    }
  },
);

t.test('no more than a bounded number is kept', async (t) => {
  const recycling = new Recycling();
  const moment = { wallMs: 0, uses: 0 };
  const all = Array.from({ length: 10_000 }, () => new StoredMessage('s', null, 8, moment));
  for (const each of all) recycling.messageIsOver(each);
  const again = new Set(all.map(() => recycling.message('s', null, 8, 0)));
  t.equal(all.filter((each) => again.has(each)).length, 4096);
});
