import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import {
  kindIndex,
  lengthIndex,
  packKind,
  RecordKind,
} from '../../runtime/memory/record-descriptor.js';
import { TAIL_OFFSET } from '../../runtime/memory/ring-buffer-descriptor.js';
import { END_OF_RECORDS, RingDamagedError } from '../../runtime/memory/ring-consumer.js';
import { INSUFFICIENT_CAPACITY } from '../../runtime/memory/ring-producer.js';
import { CAPACITY, Ring } from './ring-rig.js';

/** A ring with three records of 64 bytes, of which the second claims to be `length` bytes long. */
function damaged(length: number, start = 0): Ring {
  const ring = new Ring({ start });
  ring.commit(64, 1);
  const offset = ring.commit(64, 2);
  ring.commit(64, 3);
  ring.producer.publish();
  ring.producer.region.i32[lengthIndex(offset)] = length;
  ring.consumer.look();
  ring.consumer.next();
  return ring;
}

t.test('a length that makes no sense is damage, not a record', async (t) => {
  const lengths = [0, 1, 7, -1, -64, -(2 ** 31), 129, 136, 2 ** 30, 2 ** 31 - 8, 2 ** 31 - 1];
  for (const start of [0, 2 ** 32 - 64, CAPACITY - 192]) {
    for (const length of lengths) {
      const ring = damaged(length, start);
      t.throws(() => ring.consumer.next(), RingDamagedError, `length ${length} at ${start}`);
    }
  }
});

t.test('a record shorter than its header is damage, a padding that short is not', async (t) => {
  for (const length of [8, 15]) {
    t.throws(() => damaged(length).consumer.next(), RingDamagedError, `${length} bytes`);
  }
  const ring = damaged(8);
  ring.producer.region.i32[kindIndex(64)] = packKind(RecordKind.PADDING, 0, 0);
  ring.producer.region.i32[lengthIndex(72)] = 56;
  t.equal(ring.consumer.next(), 72);
});

t.test('a padding that would not lead on, or lead back, is damage', async (t) => {
  for (const length of [0, 4, 7, -8, -64, -(2 ** 31)]) {
    const ring = damaged(length);
    ring.producer.region.i32[kindIndex(64)] = packKind(RecordKind.PADDING, 0, 0);
    t.throws(() => ring.consumer.next(), RingDamagedError, `length ${length}`);
  }
});

t.test('a record that reaches beyond the end of the data is damage', async (t) => {
  const ring = new Ring({ start: CAPACITY - 32 });
  const offset = ring.commit(32, 1);
  ring.commit(64, 2);
  ring.producer.publish();
  ring.producer.region.i32[lengthIndex(offset)] = 40;
  ring.consumer.look();
  t.throws(() => ring.consumer.next(), {
    name: 'RingDamagedError',
    message: `record at offset ${offset} claims 40 bytes`,
  });
});

t.test('a tail in the middle of a record is damage, and no way past it', async (t) => {
  const ring = new Ring({ start: 0 });
  ring.commit(20, 1);
  ring.producer.publish();
  new Int32Array(ring.memory)[TAIL_OFFSET >> 2] = 20;
  ring.consumer.look();
  t.throws(() => ring.consumer.next(), RingDamagedError);
});

t.test('damage is found again until it is discarded', async (t) => {
  const ring = damaged(0);
  t.throws(() => ring.consumer.next(), RingDamagedError);
  t.throws(() => ring.consumer.next(), RingDamagedError);
  t.equal(ring.consumer.discard(), 128, 'the bytes of the two records that were not read');
  t.equal(ring.consumer.next(), END_OF_RECORDS);
  ring.consumer.release();
  t.ok(ring.producer.drained, 'their room is free');
  ring.commit(32, 4);
  ring.producer.publish();
  t.same(ring.takeAll(), [{ length: 32, fill: 4 }], 'the ring works again');
});

t.test('discarding takes what was published after the last look too', async (t) => {
  const ring = damaged(0);
  ring.commit(32, 4);
  ring.producer.publish();
  t.equal(ring.consumer.discard(), 128 + 32);
  t.notOk(ring.consumer.look());
});

t.test('a producer that waits for room is rung after a discard as well', async (t) => {
  const ring = damaged(0);
  while (ring.commit(64, 5) !== INSUFFICIENT_CAPACITY);
  ring.producer.publish();
  t.notOk(ring.producer.wantRoom());
  ring.consumer.discard();
  t.ok(ring.consumer.release());
});

t.test('no length word leads the consumer out of the published bytes', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.integer({ min: 0, max: 0xff }),
      fc.integer({ min: 0, max: CAPACITY / 8 }),
      (length, kind, words) => {
        const ring = damaged(length, 2 ** 32 - 8 * words);
        const at = (2 ** 32 - 8 * words + 64) & (CAPACITY - 1);
        ring.producer.region.i32[kindIndex(at)] = packKind(kind, 0, 0);
        let steps = 0;
        try {
          for (let o = ring.consumer.next(); o !== END_OF_RECORDS; o = ring.consumer.next()) {
            assert.ok(o >= 0 && o + ring.producer.region.i32[lengthIndex(o)]! <= CAPACITY);
            assert.ok(++steps <= 16, 'the walk does not end');
          }
        } catch (error) {
          if (!(error instanceof RingDamagedError)) throw error;
        }
        ring.consumer.discard();
        ring.consumer.release();
        assert.ok(ring.producer.drained);
      },
    ),
  );
});
