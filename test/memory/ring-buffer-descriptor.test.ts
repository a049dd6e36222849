import t from 'tap';
import { InvariantError } from '../../runtime/base/assert.js';
import {
  DATA_OFFSET,
  HEAD_OFFSET,
  MAX_CAPACITY_BYTES,
  MIN_CAPACITY_BYTES,
  ROOM_WANTED_OFFSET,
  ringLength,
  TAIL_OFFSET,
} from '../../runtime/memory/ring-buffer-descriptor.js';
import { CAPACITY, hexAt, Ring } from './ring-rig.js';

t.test('the fields of a ring stand at these offsets', async (t) => {
  t.same([HEAD_OFFSET, TAIL_OFFSET, ROOM_WANTED_OFFSET, DATA_OFFSET], [0, 128, 192, 256]);
});

t.test('only powers of two from 1024 to 2^30 are capacities', async (t) => {
  t.equal(ringLength(MIN_CAPACITY_BYTES), 1024 + 256);
  t.equal(ringLength(MAX_CAPACITY_BYTES), 2 ** 30 + 256);
  for (const bytes of [0, -1024, 512, 1000, 1025, 3072, 2 ** 31, 2 ** 32, 1024.5, Number.NaN]) {
    t.throws(() => ringLength(bytes), InvariantError, `${bytes}`);
  }
});

t.test('two records, a padding at the end of the data and the wrap have these bytes', async (t) => {
  // Positions begin 1024 - 56 bytes into the last turn before 2^32.
  const ring = new Ring({ start: 2 ** 32 - 56 });
  const { producer } = ring;
  ring.commit(20, 0x11);
  ring.commit(40, 0x22);
  t.equal(hexAt(ring.memory, HEAD_OFFSET, 4), 'c8ffffff');
  t.equal(hexAt(ring.memory, TAIL_OFFSET, 4), 'c8ffffff', 'committed, not published');
  t.ok(producer.publish());
  t.equal(hexAt(ring.memory, TAIL_OFFSET, 4), '28000000', 'the tail has passed 2^32');
  t.equal(
    hexAt(ring.memory, DATA_OFFSET + CAPACITY - 56, 56),
    // A record of 20 bytes, rounded up to 24; then 32 bytes of padding, of which 8 are written.
    `14000000${'01000000'}${'11'.repeat(12)}00000000${'20000000'}${'00000000'}${'00'.repeat(24)}`,
  );
  t.equal(hexAt(ring.memory, DATA_OFFSET, 40), `28000000${'01000000'}${'22'.repeat(32)}`);
  t.equal(hexAt(ring.memory, DATA_OFFSET + 40, 8), '0000000000000000', 'nothing beyond');

  t.ok(ring.consumer.look());
  t.equal(ring.consumer.next(), CAPACITY - 56);
  t.equal(ring.consumer.next(), 0, 'the padding is stepped over');
  t.equal(hexAt(ring.memory, HEAD_OFFSET, 4), 'c8ffffff', 'read, not released');
  t.notOk(ring.consumer.release());
  t.equal(hexAt(ring.memory, HEAD_OFFSET, 4), '28000000');
  t.equal(hexAt(ring.memory, ROOM_WANTED_OFFSET, 4), '00000000');
  producer.wantRoom();
  t.equal(hexAt(ring.memory, ROOM_WANTED_OFFSET, 4), '01000000');
});

t.test('the unused bytes of a ring stay untouched', async (t) => {
  const ring = new Ring({ start: 0 });
  for (let round = 0; round < 40; round++) {
    ring.commit(100, round);
    ring.producer.publish();
    ring.producer.wantRoom();
    ring.takeAll();
  }
  for (const [from, to] of [
    [4, TAIL_OFFSET],
    [TAIL_OFFSET + 4, ROOM_WANTED_OFFSET],
    [ROOM_WANTED_OFFSET + 4, DATA_OFFSET],
  ] as const) {
    t.match(hexAt(ring.memory, from, to - from), /^0+$/);
  }
});
