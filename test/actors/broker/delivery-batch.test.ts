import t from 'tap';
import { deliveriesOf, type PullSource } from '#actors/broker/consumer.js';
import { deliveryBatch } from '#actors/broker/delivery-batch.js';
import { Holder, Member } from '#actors/broker/member.js';
import { ShardRig, START_MS } from './shard-rig.js';

const streams = { s: { subjects: ['s.>'] } } as const;

/** What a pull gets of a group, as it is sent. */
function sent(rig: ShardRig, count: number) {
  const group = rig.core.stream('s').groups.get('g') ?? rig.group('s', 'g');
  const member = new Member(new Holder('puller', null, 0), 1, count, Number.MAX_SAFE_INTEGER);
  group.serve(member, rig.time);
  return deliveryBatch(member.batch);
}

t.test('what is the same of all is said once', async (t) => {
  const rig = new ShardRig(streams);
  for (let n = 0; n < 3; n++) rig.publish('s.a', n);
  const batch = sent(rig, 3);
  t.match(batch, { seqs: [1, 2, 3], payloads: [0, 1, 2], subject: 's.a', publishedAtMs: START_MS });
  const { epochs, deliveries, failures, ordinals, subjects, publishedAt, extras } = batch;
  t.same(
    [epochs, deliveries, failures, ordinals, subjects, publishedAt, extras],
    [null, null, null, null, null, null, null],
  );
  const found = deliveriesOf({ stream: 's' } as PullSource, batch, undefined);
  t.same(
    found.map(({ subject, publishedAtMs, delivery }) => [subject, publishedAtMs, delivery]),
    [1, 2, 3].map(() => ['s.a', START_MS, 1]),
  );
});

t.test('each delivery tells its own subject and moment when they differ', async (t) => {
  const rig = new ShardRig(streams);
  rig.publish('s.a', 'x');
  rig.advance(5);
  rig.publish('s.b', 'y');
  rig.publish('s.a', 'z');
  rig.advance(0, -3_600_000);
  rig.publish('s.a', 'w', { headers: { from: 'test' } });
  const batch = sent(rig, 10);
  const found = deliveriesOf({ stream: 's' } as PullSource, batch, undefined);
  const moments = [START_MS, START_MS + 5, START_MS + 5, START_MS + 5 - 3_600_000];
  t.same(
    found.map(({ seq, subject, payload, publishedAtMs }) => [seq, subject, payload, publishedAtMs]),
    [
      [1, 's.a', 'x', moments[0]],
      [2, 's.b', 'y', moments[1]],
      [3, 's.a', 'z', moments[2]],
      [4, 's.a', 'w', moments[3]],
    ],
  );
  t.same(
    found.map(({ headers }) => headers),
    [null, null, null, { from: 'test' }],
  );
  const [only] = deliveriesOf({ stream: 's' } as PullSource, batch, undefined, 1, 2);
  t.match(only, { seq: 2, subject: 's.b', payload: 'y', publishedAtMs: moments[1] });
});

t.test('nothing is a batch too', async (t) => {
  t.match(deliveryBatch([]), { seqs: [], payloads: [], publishedAt: null });
});
