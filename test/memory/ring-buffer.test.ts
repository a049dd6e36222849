import t from 'tap';
import { InvariantError } from '../../runtime/base/assert.js';
import { ringLength } from '../../runtime/memory/ring-buffer-descriptor.js';
import { END_OF_RECORDS, RingConsumer } from '../../runtime/memory/ring-consumer.js';
import { INSUFFICIENT_CAPACITY, RingProducer } from '../../runtime/memory/ring-producer.js';
import { CAPACITY, Ring } from './ring-rig.js';

const HALF = CAPACITY / 2;

t.test('a fresh ring is empty', async (t) => {
  const ring = new Ring({ start: 0 });
  t.notOk(ring.consumer.look());
  t.notOk(ring.consumer.pending);
  t.equal(ring.consumer.next(), END_OF_RECORDS);
  t.notOk(ring.consumer.release());
  t.ok(ring.producer.drained);
  t.notOk(ring.producer.publish(), 'there is nothing to show');
});

t.test('nothing is visible before it is published, and then all of it is', async (t) => {
  const ring = new Ring({ start: 0 });
  ring.commit(32, 1);
  ring.commit(17, 2);
  t.equal(ring.producer.unpublishedBytes, 32 + 24);
  t.notOk(ring.consumer.look());
  t.ok(ring.producer.publish());
  t.equal(ring.producer.unpublishedBytes, 0);
  t.notOk(ring.producer.drained);
  t.equal(ring.consumer.next(), END_OF_RECORDS, 'not without a look');
  t.ok(ring.consumer.look());
  t.same(ring.takeSeen(), [
    { length: 32, fill: 1 },
    { length: 17, fill: 2 },
  ]);
  t.notOk(ring.producer.publish(), 'the same records are not shown twice');
});

t.test('a walk ends where the last look saw the end, later records wait', async (t) => {
  const ring = new Ring({ start: 0 });
  ring.commit(16, 1);
  ring.producer.publish();
  ring.consumer.look();
  ring.commit(16, 2);
  ring.producer.publish();
  t.ok(ring.consumer.pending);
  t.same(ring.takeSeen(), [{ length: 16, fill: 1 }]);
  t.notOk(ring.consumer.pending);
  t.ok(ring.consumer.look());
  t.same(ring.takeSeen(), [{ length: 16, fill: 2 }]);
});

t.test('a glance sees what a look sees, wherever the positions stand', async (t) => {
  for (const start of [0, CAPACITY - 16, 2 ** 31 - 16, 2 ** 32 - 16]) {
    const ring = new Ring({ start });
    t.notOk(ring.consumer.glance(), 'nothing is there');
    ring.commit(16, 1);
    t.notOk(ring.consumer.glance(), 'nothing is published');
    ring.producer.publish();
    t.ok(ring.consumer.glance());
    ring.commit(16, 2);
    ring.producer.publish();
    t.ok(ring.consumer.glance(), 'and takes note of what has come since');
    t.same(ring.takeSeen(), [
      { length: 16, fill: 1 },
      { length: 16, fill: 2 },
    ]);
    t.notOk(ring.consumer.glance(), 'all is read');
  }
});

t.test('without a commit nothing has happened', async (t) => {
  const ring = new Ring({ start: 0 });
  const offset = ring.producer.open(64);
  ring.write(offset, 64, 9);
  t.equal(ring.producer.unpublishedBytes, 0);
  t.notOk(ring.producer.publish());
  t.equal(ring.commit(32, 1), offset, 'the same place is given again');
  ring.producer.publish();
  t.same(ring.takeAll(), [{ length: 32, fill: 1 }]);
});

t.test('an open stretch reaches to the room there is, and no further', async (t) => {
  const ring = new Ring({ start: 0 });
  t.equal(ring.producer.open(16), 0);
  t.equal(ring.producer.limit, CAPACITY);
  ring.commit(HALF, 1);
  ring.producer.publish();
  t.equal(ring.producer.open(16), HALF);
  t.equal(ring.producer.limit, CAPACITY, 'the end of the data bounds it');
  ring.takeAll();
  ring.commit(HALF, 2);
  t.equal(ring.producer.open(16), 0);
  t.equal(ring.producer.limit, HALF, 'what is not yet released bounds it');
});

t.test('a full ring answers with a value, and stays as it is', async (t) => {
  const ring = new Ring({ start: 0 });
  for (let i = 0; i < 8; i++) t.equal(ring.commit(CAPACITY / 8, i), (i * CAPACITY) / 8);
  t.equal(ring.commit(16, 99), INSUFFICIENT_CAPACITY);
  t.equal(ring.commit(16, 99), INSUFFICIENT_CAPACITY);
  t.equal(ring.producer.unpublishedBytes, CAPACITY);
  ring.producer.publish();
  t.same(
    ring.takeAll().map((seen) => seen.fill),
    [0, 1, 2, 3, 4, 5, 6, 7],
  );
});

t.test('a record that fits neither before nor after the end leaves no padding', async (t) => {
  const ring = new Ring({ start: 0 });
  ring.commit(HALF + 256, 1);
  ring.producer.publish();
  t.equal(ring.commit(HALF, 2), INSUFFICIENT_CAPACITY);
  t.equal(ring.producer.unpublishedBytes, 0);
  t.equal(ring.commit(256, 3), HALF + 256, 'a smaller one still finds the end');
});

t.test('only a release gives room back, a mere reading does not', async (t) => {
  const ring = new Ring({ start: 0 });
  ring.commit(HALF, 1);
  ring.commit(HALF, 2);
  ring.producer.publish();
  ring.consumer.look();
  ring.consumer.next();
  t.equal(ring.commit(16, 3), INSUFFICIENT_CAPACITY);
  ring.consumer.release();
  t.equal(ring.commit(HALF, 3), 0);
  t.equal(ring.commit(16, 4), INSUFFICIENT_CAPACITY, 'and only of what was read');
  t.same(ring.takeSeen(), [{ length: HALF, fill: 2 }], 'what is unread is intact');
});

t.test('a record that would cross the end goes to the start, behind a padding', async (t) => {
  const ring = new Ring({ start: CAPACITY - 24 });
  t.equal(ring.commit(32, 1), 0);
  t.equal(ring.producer.unpublishedBytes, 24 + 32, 'the padding counts');
  t.equal(ring.producer.limit, CAPACITY - 24);
  ring.producer.publish();
  t.same(ring.takeAll(), [{ length: 32, fill: 1 }]);
});

t.test('a record that ends exactly at the end needs no padding', async (t) => {
  const ring = new Ring({ start: CAPACITY - 24 });
  t.equal(ring.commit(24, 1), CAPACITY - 24);
  t.equal(ring.commit(16, 2), 0);
  t.equal(ring.producer.unpublishedBytes, 24 + 16);
  ring.producer.publish();
  t.equal(ring.takeAll().length, 2);
});

t.test('a padding of 8 bytes, the smallest there is, is stepped over', async (t) => {
  const ring = new Ring({ start: CAPACITY - 8 });
  t.equal(ring.commit(16, 1), 0);
  ring.producer.publish();
  t.same(ring.takeAll(), [{ length: 16, fill: 1 }]);
});

t.test('a padding without a record behind it is no record', async (t) => {
  const ring = new Ring({ start: CAPACITY - 24 });
  t.equal(ring.producer.open(32), 0);
  ring.producer.publish();
  t.same(ring.takeAll(), []);
  t.ok(ring.producer.drained);
  t.equal(ring.commit(32, 1), 0);
  ring.producer.publish();
  t.same(ring.takeAll(), [{ length: 32, fill: 1 }]);
});

t.test('half of the capacity fits into an empty ring wherever its tail stands', async (t) => {
  for (let start = 0; start < CAPACITY; start += 8) {
    const ring = new Ring({ start });
    if (ring.commit(HALF, 1) === INSUFFICIENT_CAPACITY) t.fail(`not with the tail at ${start}`);
  }
});

t.test('positions pass 2^31 and 2^32 as any other number', async (t) => {
  for (const turn of [2 ** 31, 2 ** 32]) {
    const ring = new Ring({ start: turn - 3 * CAPACITY });
    for (let i = 0; i < 60; i++) {
      t.not(ring.commit(104, i), INSUFFICIENT_CAPACITY);
      t.equal(ring.producer.publish(), true);
      t.same(ring.takeAll(), [{ length: 104, fill: i }]);
    }
    t.ok(ring.producer.drained);
  }
});

t.test('a ring that is full across 2^32 is full', async (t) => {
  const ring = new Ring({ start: 2 ** 32 - HALF });
  t.equal(ring.commit(HALF, 1), HALF);
  t.equal(ring.commit(HALF, 2), 0);
  t.equal(ring.commit(16, 3), INSUFFICIENT_CAPACITY);
  ring.producer.publish();
  t.equal(ring.takeAll().length, 2);
});

t.test(
  'a new producer carries on after a former one, without what that never published',
  async (t) => {
    const ring = new Ring({ start: 2 ** 32 - 64 });
    ring.commit(64, 1);
    ring.producer.publish();
    ring.commit(32, 2);
    ring.producer = new RingProducer(ring.memory, 0, CAPACITY);
    t.equal(ring.producer.unpublishedBytes, 0);
    ring.commit(40, 3);
    ring.producer.publish();
    t.same(ring.takeAll(), [
      { length: 64, fill: 1 },
      { length: 40, fill: 3 },
    ]);
  },
);

t.test('a new consumer carries on after what a former one released', async (t) => {
  const ring = new Ring({ start: 2 ** 32 - 64 });
  for (const fill of [1, 2, 3]) ring.commit(64, fill);
  ring.producer.publish();
  ring.consumer.look();
  ring.consumer.next();
  ring.consumer.release();
  ring.consumer.next();
  ring.consumer = new RingConsumer(ring.memory, 0, CAPACITY);
  t.equal(ring.consumer.next(), END_OF_RECORDS, 'it has not looked yet');
  t.same(
    ring.takeAll().map((seen) => seen.fill),
    [2, 3],
  );
});

t.test('a ring may stand anywhere in its memory, but not beyond its end', async (t) => {
  const memory = new SharedArrayBuffer(64 + ringLength(CAPACITY));
  const producer = new RingProducer(memory, 64, CAPACITY);
  producer.commit(producer.open(16), 16);
  producer.publish();
  t.ok(new RingConsumer(memory, 64, CAPACITY).look());
  t.ok(Buffer.from(memory as unknown as ArrayBuffer, 0, 64).every((byte) => byte === 0));
  t.throws(() => new RingProducer(memory, 72, CAPACITY), InvariantError);
  t.throws(() => new RingConsumer(memory, 72, CAPACITY), InvariantError);
  t.throws(() => new RingConsumer(memory, 0, 1000), InvariantError);
});
