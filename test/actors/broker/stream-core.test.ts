import t from 'tap';
import { PUBLISH_CODES } from '#actors/broker/publishing.js';
import { ShardRig, seqsOf } from './shard-rig.js';

const subjects = ['s.>'];

function stored(rig: ShardRig, stream = 's'): number[] {
  return [...rig.core.stream(stream).log.values()].map(({ seq }) => seq);
}

t.test('at a limit the oldest gives way, or the new one is refused', async (t) => {
  const old = new ShardRig({ s: { subjects, maxMessages: 3 } });
  for (let i = 0; i < 5; i++) old.publish('s.a');
  t.same(stored(old), [3, 4, 5]);
  const fresh = new ShardRig({ s: { subjects, maxMessages: 3, discard: 'new' } });
  for (let i = 0; i < 3; i++) t.equal(fresh.publish('s.a'), i + 1);
  t.equal(fresh.publish('s.a'), PUBLISH_CODES.full);
  t.same(stored(fresh), [1, 2, 3]);
  const bytes = new ShardRig({ s: { subjects, maxBytes: 10 } });
  for (const text of ['aaaa', 'bbbb', 'cccc']) bytes.publish('s.a', text);
  t.same(stored(bytes), [2, 3]);
  t.equal(bytes.core.stream('s').bytes, 8);
  const queue = new ShardRig({ s: { subjects, retention: 'workqueue', maxMessages: 1 } });
  queue.publish('s.a');
  t.equal(queue.publish('s.a'), PUBLISH_CODES.full, 'a work queue does not drop what waits');
});

t.test('each subject keeps its last ones', async (t) => {
  const rig = new ShardRig({ s: { subjects, maxMessagesPerSubject: 2 } });
  for (const subject of ['s.a', 's.b', 's.a', 's.a', 's.b']) rig.publish(subject);
  t.same(stored(rig), [2, 3, 4, 5]);
  const refusing = new ShardRig({ s: { subjects, maxMessagesPerSubject: 1, discard: 'new' } });
  t.equal(refusing.publish('s.a'), 1);
  t.equal(refusing.publish('s.a'), PUBLISH_CODES.full);
  t.equal(refusing.publish('s.b'), 2);
});

t.test(
  'a message lives as long as it says and its stream allows, by a clock that cannot jump',
  async (t) => {
    const rig = new ShardRig({ s: { subjects, maxAgeMs: 1000 } });
    rig.publish('s.a', 1);
    rig.publish('s.a', 2, { ttlMs: 100 });
    rig.advance(99, 3_600_000);
    t.same(stored(rig), [1, 2], 'an hour forward changes nothing');
    rig.advance(2, -7_200_000);
    t.same(stored(rig), [1], 'nor two hours back');
    rig.advance(900);
    t.same(stored(rig), []);
    t.equal(rig.core.stream('s').bytes, 0);
  },
);

t.test('an id is stored once within its window, and the answer names the original', async (t) => {
  const rig = new ShardRig({ s: { subjects, dedupWindowMs: 1000, dedupCount: 2 } });
  t.equal(rig.publish('s.a', 1, { id: 'x' }), 1);
  t.equal(rig.publish('s.b', 2, { id: 'x' }), PUBLISH_CODES.duplicate);
  t.equal(rig.core.stream('s').detail, 1);
  rig.advance(500, 3_600_000);
  t.equal(rig.publish('s.a', 1, { id: 'x' }), PUBLISH_CODES.duplicate, 'an hour forward');
  rig.advance(501, -7_200_000);
  t.equal(rig.publish('s.a', 1, { id: 'x' }), 2, 'the window ends, also when the clock goes back');
  for (const id of ['y', 'z', 'w']) rig.publish('s.a', 1, { id });
  t.equal(rig.publish('s.a', 1, { id: 'y' }), 6, 'and so does its room');
});

t.test('a publication may expect what is last', async (t) => {
  const rig = new ShardRig({ s: { subjects } });
  t.equal(rig.publish('s.a', 1, { expectLastSeq: 0, expectLastSubjectSeq: 0 }), 1);
  t.equal(rig.publish('s.b', 1, { expectLastSeq: 0 }), PUBLISH_CODES.conflict);
  t.equal(rig.core.stream('s').detail, 1);
  t.equal(rig.publish('s.b', 1, { expectLastSubjectSeq: 1 }), PUBLISH_CODES.conflict);
  t.equal(rig.publish('s.b', 1, { expectLastSubjectSeq: 0 }), 2);
  t.equal(rig.publish('s.a', 1, { expectLastSubjectSeq: 1 }), 3);
});

t.test('an atomic batch is stored whole or not at all', async (t) => {
  const rig = new ShardRig({ s: { subjects, maxMessages: 3, discard: 'new' } });
  t.same(rig.batch([['s.a'], ['s.b', 1, { id: 'i' }]], true), [1, 2]);
  const { aborted, full, duplicate } = PUBLISH_CODES;
  t.same(rig.batch([['s.a', 1, { id: 'j' }], ['s.b']], true), [aborted, full]);
  t.same(
    rig.batch(
      [
        ['s.a', 1, { id: 'j' }],
        ['s.b', 1, { id: 'i' }],
      ],
      true,
    ),
    [aborted, duplicate],
  );
  t.same(stored(rig), [1, 2]);
  t.equal(rig.publish('s.a', 1, { id: 'j' }), 3, 'its ids are free again');
});

t.test('what nobody is interested in is not kept, and what all have finished goes', async (t) => {
  const rig = new ShardRig({ s: { subjects, retention: 'interest' } });
  t.equal(rig.publish('s.a'), PUBLISH_CODES.noInterest);
  const [one, other] = [rig.group('s', 'one'), rig.group('s', 'other', { filter: 's.a' })];
  rig.publish('s.a');
  rig.publish('s.b');
  t.same(stored(rig), [1, 2]);
  for (const held of rig.pull(one, 10)) rig.settle(held, 'ack');
  t.same(stored(rig), [1], 'only one was interested in the second');
  for (const held of rig.pull(other, 10)) rig.settle(held, 'ack');
  t.same(stored(rig), []);
  rig.publish('s.a');
  rig.publish('s.a');
  for (const held of rig.pull(one, 1)) rig.settle(held, 'ack');
  for (const held of rig.pull(other, 1)) rig.settle(held, 'ack');
  rig.core.dropGroup(other);
  t.same(stored(rig), [4], 'a group that is gone is interested in nothing, and in nothing twice');
});

t.test('a work queue lets go of what is acknowledged', async (t) => {
  const rig = new ShardRig({ s: { subjects, retention: 'workqueue' } });
  const group = rig.group('s', 'g', { filter: 's.a.>' });
  t.throws(() => rig.group('s', 'h', { filter: 's.*.b' }), { code: 'ERR_BROKER_STREAM' });
  rig.group('s', 'h', { filter: 's.b' });
  for (const subject of ['s.a.x', 's.b', 's.a.y']) rig.publish(subject);
  const held = rig.pull(group, 10);
  t.same(seqsOf(held), [1, 3]);
  rig.settle(held[1]!, 'ack');
  t.same(stored(rig), [1, 2]);
});

t.test(
  'a group begins at the start, at a sequence, at a time, with the last of each subject, or now',
  async (t) => {
    const rig = new ShardRig({ s: { subjects } });
    for (const subject of ['s.a', 's.b', 's.a', 's.c']) {
      rig.publish(subject);
      rig.advance(1000);
    }
    const from = (startAt: Parameters<ShardRig['group']>[2]) =>
      seqsOf(rig.pull(rig.group('s', `g${Math.trunc(rig.core.nextEpoch())}`, startAt), 10));
    t.same(from({ startAt: 'start' }), [1, 2, 3, 4]);
    t.same(from({ startAt: { seq: 3 } }), [3, 4]);
    t.same(from({ startAt: { timeMs: rig.time.wallMs - 3500 } }), [2, 3, 4]);
    t.same(from({ startAt: 'last-per-subject' }), [2, 3, 4]);
    t.same(from({ startAt: 'last-per-subject', filter: 's.a' }), [3]);
    t.same(from({ startAt: 'new' }), []);
  },
);
