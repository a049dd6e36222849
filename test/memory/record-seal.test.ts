import fc from 'fast-check';
import t from 'tap';
import { isSealed, SEAL_LENGTH, seal } from '../../runtime/memory/record-seal.js';
import { DATA_OFFSET } from '../../runtime/memory/ring-buffer-descriptor.js';
import { RingDamagedError } from '../../runtime/memory/ring-consumer.js';
import { INSUFFICIENT_CAPACITY } from '../../runtime/memory/ring-producer.js';
import { CAPACITY, hexAt, Ring, type Seen } from './ring-rig.js';

const BITS = 8;
/** Three records with seals, published: of 16, 30 and 64 bytes. */
const LENGTHS = [16, 30, 64];
const SPAN = 16 + 32 + 64 + 3 * SEAL_LENGTH;

function published(start = 0): Ring {
  const ring = new Ring({ start, checksums: true });
  for (const [index, length] of LENGTHS.entries()) ring.commit(length, index + 1);
  ring.producer.publish();
  return ring;
}

const WHOLE: readonly Seen[] = LENGTHS.map((length, index) => ({ length, fill: index + 1 }));

/** What is read until damage is met. */
function readUntilDamage(ring: Ring): { seen: Seen[]; isDamaged: boolean } {
  const seen: Seen[] = [];
  ring.consumer.look();
  try {
    for (let at = ring.consumer.next(); at >= 0; at = ring.consumer.next())
      seen.push(ring.read(at));
  } catch (error) {
    if (error instanceof RingDamagedError) return { seen, isDamaged: true };
    throw error;
  }
  return { seen, isDamaged: false };
}

t.test('the seal stands behind its record: golden bytes', async (t) => {
  const ring = new Ring({ start: 0, checksums: true });
  ring.commit(16, 0xab);
  t.equal(
    hexAt(ring.memory, DATA_OFFSET, 16 + SEAL_LENGTH),
    '1000000001000000abababababababab' + 'b97ac438' + '00000000',
  );
});

t.test('records with seals come out as they went in, wherever the ring turns over', async (t) => {
  fc.assert(
    fc.property(
      fc.nat(CAPACITY / 8 - 1),
      fc.array(fc.integer({ min: 16, max: CAPACITY / 4 }), { minLength: 1, maxLength: 40 }),
      (start, lengths) => {
        const ring = new Ring({ start: start * 8, checksums: true });
        return lengths.every((length, index) => {
          const fill = index & 255;
          if (ring.commit(length, fill) === INSUFFICIENT_CAPACITY) return false;
          ring.producer.publish();
          const [seen, ...rest] = ring.takeAll();
          return seen?.length === length && seen.fill === fill && rest.length === 0;
        });
      },
    ),
  );
  t.pass('fast-check would have thrown');
});

t.test('each single bit that flips is found', async (t) => {
  for (const start of [0, CAPACITY - 64]) {
    let missed = 0;
    for (let bit = 0; bit < SPAN * BITS; bit++) {
      const ring = published(start);
      const { bytes } = ring.producer.region;
      const at = (start + (bit >> 3)) & (CAPACITY - 1);
      bytes[at] = bytes[at]! ^ (1 << (bit & 7));
      const { seen, isDamaged } = readUntilDamage(ring);
      const isPrefix = seen.every(
        (each, n) => each.fill === WHOLE[n]!.fill && each.length === WHOLE[n]!.length,
      );
      if (!isDamaged || !isPrefix) missed++;
    }
    t.equal(missed, 0, `of ${SPAN * BITS} from ${start}`);
  }
});

t.test('damage of any kind never makes another record', async (t) => {
  const damage = fc.array(fc.tuple(fc.nat(SPAN - 1), fc.nat(255)), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(damage, (bytes) => {
      const ring = published();
      for (const [at, byte] of bytes) ring.producer.region.bytes[at] = byte;
      const { seen } = readUntilDamage(ring);
      return seen.every(
        ({ length, fill }, n) => length === WHOLE[n]!.length && fill === WHOLE[n]!.fill,
      );
    }),
    { numRuns: 2000 },
  );
  t.pass('fast-check would have thrown');
});

t.test('a record of an earlier lap is none of this one', async (t) => {
  const words = new Int32Array(8);
  words[0] = 16;
  seal(words, 0, 16, 1024);
  t.ok(isSealed(words, 0, 16, 1024));
  t.notOk(isSealed(words, 0, 16, 2048));
});

t.test('without checksums nothing stands behind a record', async (t) => {
  const ring = new Ring({ start: 0 });
  t.equal(ring.commit(16, 1), 0);
  t.equal(ring.commit(16, 2), 16);
  const sealed = new Ring({ start: 0, checksums: true });
  t.equal(sealed.commit(16, 1), 0);
  t.equal(sealed.commit(16, 2), 16 + SEAL_LENGTH);
});
