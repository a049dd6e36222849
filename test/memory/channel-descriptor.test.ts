import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { InvariantError } from '../../runtime/base/assert.js';
import {
  channelLength,
  dictionaryOffset,
  signalRingOffset,
  userRingOffset,
} from '../../runtime/memory/channel-descriptor.js';
import { ringLength } from '../../runtime/memory/ring-buffer-descriptor.js';
import { RingConsumer } from '../../runtime/memory/ring-consumer.js';
import { RingProducer } from '../../runtime/memory/ring-producer.js';

const SIZES = { signalRingBytes: 1024, userRingBytes: 4096, dictionaryBytes: 1000 };

t.test('the parts of a channel stand at these offsets', async (t) => {
  t.equal(signalRingOffset(), 0);
  t.equal(userRingOffset(SIZES), 1280);
  t.equal(dictionaryOffset(SIZES), 1280 + 4352);
  t.equal(channelLength(SIZES), 1280 + 4352 + 1000);
});

t.test(
  'parts follow each other without overlap, the rings on cache lines of their own',
  async () => {
    const power = (from: number, to: number) =>
      fc.integer({ min: from, max: to }).map((bits) => 2 ** bits);
    fc.assert(
      fc.property(power(10, 30), power(10, 30), fc.nat(2 ** 24), (signal, user, dictionary) => {
        const sizes = { signalRingBytes: signal, userRingBytes: user, dictionaryBytes: dictionary };
        assert.equal(userRingOffset(sizes), signalRingOffset() + ringLength(signal));
        assert.equal(userRingOffset(sizes) % 128, 0);
        assert.equal(dictionaryOffset(sizes), userRingOffset(sizes) + ringLength(user));
        assert.equal(channelLength(sizes) % 8, 0);
        assert.ok(channelLength(sizes) - dictionaryOffset(sizes) >= dictionary);
      }),
    );
  },
);

t.test('the lanes of a channel do not disturb each other', async (t) => {
  const memory = new SharedArrayBuffer(channelLength(SIZES));
  const bytes = Buffer.from(memory as unknown as ArrayBuffer);
  const lanes = [
    [signalRingOffset(), SIZES.signalRingBytes],
    [userRingOffset(SIZES), SIZES.userRingBytes],
  ] as const;
  for (const [offset, capacity] of lanes) {
    const producer = new RingProducer(memory, offset, capacity);
    producer.region.bytes.fill(0xaa);
    producer.commit(producer.open(capacity), capacity);
    producer.publish();
    t.ok(new RingConsumer(memory, offset, capacity).look());
  }
  bytes.fill(0xdd, dictionaryOffset(SIZES));
  t.equal(bytes.readInt32LE(userRingOffset(SIZES)), 0, 'the head of the second ring');
  for (const [offset, capacity] of lanes) {
    t.equal(new RingConsumer(memory, offset, capacity).region.bytes[capacity - 1], 0xaa);
  }
});

t.test('a channel with a ring of an impossible size is refused', async (t) => {
  t.throws(() => channelLength({ ...SIZES, userRingBytes: 5000 }), InvariantError);
  t.throws(() => channelLength({ ...SIZES, signalRingBytes: 512 }), InvariantError);
});
