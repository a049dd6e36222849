import t from 'tap';
import { HEAD_OFFSET, ROOM_WANTED_OFFSET } from '../../runtime/memory/ring-buffer-descriptor.js';
import { RingConsumer } from '../../runtime/memory/ring-consumer.js';
import { INSUFFICIENT_CAPACITY } from '../../runtime/memory/ring-producer.js';
import { CAPACITY, Ring } from './ring-rig.js';

function full(): Ring {
  const ring = new Ring({ start: 2 ** 32 - CAPACITY / 2 });
  for (let i = 0; i < 4; i++) ring.commit(CAPACITY / 4, i);
  ring.producer.publish();
  return ring;
}

t.test('a release tells of a waiting producer once, and not without one', async (t) => {
  const ring = full();
  ring.consumer.look();
  ring.consumer.next();
  t.notOk(ring.consumer.release(), 'nobody waits');
  ring.commit(CAPACITY / 4, 4);
  t.equal(ring.commit(16, 5), INSUFFICIENT_CAPACITY);
  t.notOk(ring.producer.wantRoom(), 'there is none yet');
  ring.consumer.next();
  t.ok(ring.consumer.release(), 'now ring the producer');
  ring.consumer.next();
  t.notOk(ring.consumer.release(), 'it was rung already');
});

t.test('a release of nothing keeps the wish for room', async (t) => {
  const ring = full();
  t.equal(ring.commit(16, 5), INSUFFICIENT_CAPACITY);
  ring.producer.wantRoom();
  t.notOk(ring.consumer.release());
  ring.consumer.look();
  ring.consumer.next();
  t.ok(ring.consumer.release());
});

t.test('room that appears before the wish is found at once, for no bell will come', async (t) => {
  const ring = full();
  t.equal(ring.commit(16, 5), INSUFFICIENT_CAPACITY);
  ring.consumer.look();
  ring.consumer.next();
  t.notOk(ring.consumer.release(), 'the consumer has not seen the wish');
  t.ok(ring.producer.wantRoom(), 'but the producer sees the room');
  t.not(ring.commit(16, 5), INSUFFICIENT_CAPACITY);
});

t.test('a new consumer still sees the wish for room', async (t) => {
  const ring = full();
  t.equal(ring.commit(16, 5), INSUFFICIENT_CAPACITY);
  ring.producer.wantRoom();
  ring.consumer = new RingConsumer(ring.memory, 0, CAPACITY);
  ring.consumer.look();
  ring.takeSeen();
  t.ok(ring.consumer.release());
});

t.test(
  'the look before sleep sees room exactly when some appeared since the refusal',
  async (t) => {
    const ring = full();
    t.equal(ring.commit(16, 5), INSUFFICIENT_CAPACITY);
    ring.producer.wantRoom();
    t.notOk(ring.producer.roomAppeared);
    ring.consumer.look();
    ring.consumer.next();
    t.notOk(ring.producer.roomAppeared, 'read, but not given back');
    ring.consumer.release();
    t.ok(ring.producer.roomAppeared);
    t.ok(ring.producer.roomAppeared, 'looking changes nothing');
    ring.commit(CAPACITY / 4, 5);
    t.equal(ring.commit(16, 6), INSUFFICIENT_CAPACITY);
    ring.producer.wantRoom();
    t.notOk(ring.producer.roomAppeared);
  },
);

t.test('a wish that was taken with no room since counts as room: its bell is spent', async (t) => {
  const ring = full();
  t.equal(ring.commit(16, 5), INSUFFICIENT_CAPACITY);
  ring.producer.wantRoom();
  const words = new Int32Array(ring.memory);
  const { store } = Atomics;
  t.teardown(() => {
    Atomics.store = store;
  });
  // Between the consumer's store of the head and its look for a wish, the producer fills the ring anew.
  Atomics.store = ((array: Int32Array, index: number, value: number) => {
    store(array, index, value);
    Atomics.store = store;
    t.ok(ring.producer.wantRoom());
    t.not(ring.commit(CAPACITY / 4, 5), INSUFFICIENT_CAPACITY);
    t.equal(ring.commit(16, 6), INSUFFICIENT_CAPACITY);
    t.notOk(ring.producer.wantRoom());
    t.notOk(ring.producer.roomAppeared, 'now it would announce and sleep');
    return value;
  }) as typeof store;
  ring.consumer.look();
  ring.consumer.next();
  t.ok(ring.consumer.release(), 'the bell comes before the announcement');
  t.equal(words[ROOM_WANTED_OFFSET >> 2], 0);
  t.ok(ring.producer.roomAppeared, 'so it does not sleep');
});

t.test('the tail position is what the head passes when a record has been read', async (t) => {
  const ring = new Ring({ start: 2 ** 32 - 64 });
  ring.commit(64, 1);
  const { tailPosition } = ring.producer;
  t.equal(tailPosition >>> 0, 0);
  ring.commit(64, 2);
  t.equal(ring.producer.tailPosition >>> 0, 64, 'also before it is published');
  ring.producer.publish();
  const head = new Int32Array(ring.memory);
  ring.consumer.look();
  ring.consumer.next();
  ring.consumer.release();
  t.equal(head[HEAD_OFFSET >> 2], tailPosition);
});
