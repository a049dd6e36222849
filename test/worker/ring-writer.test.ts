import fc from 'fast-check';
import t from 'tap';
import { align8 } from '../../runtime/base/bits.js';
import {
  creatorOf,
  FRAGMENT_PAYLOAD_OFFSET,
  generationIndex,
  kindIndex,
  kindOf,
  lengthIndex,
  packKind,
  RecordKind,
  slotIndex,
} from '../../runtime/memory/record-descriptor.js';
import { Region } from '../../runtime/memory/region.js';
import { ringLength } from '../../runtime/memory/ring-buffer-descriptor.js';
import { END_OF_RECORDS, RingConsumer } from '../../runtime/memory/ring-consumer.js';
import { RingProducer } from '../../runtime/memory/ring-producer.js';
import { OverflowQueue, WaitingRecord } from '../../runtime/worker/overflow-queue.js';
import { drainOverflow, maxWholeBytes } from '../../runtime/worker/ring-writer.js';

const CAPACITY = 1024;
const SERIAL = 4;
const TO = { thread: 1, creator: 1, slot: 0, generation: 1 };

/** A record whose bytes after the kind count up from `seed`. */
function makeRecord(length: number, seed: number): WaitingRecord {
  const region = Region.allocate(align8(length));
  region.i32[lengthIndex(0)] = length;
  region.i32[kindIndex(0)] = packKind(RecordKind.ENVELOPE, 0, 0);
  for (let at = 8; at < length; at++) region.bytes[at] = (seed + at) & 0xff;
  return new WaitingRecord(region.bytes.subarray(0, length), TO, 'note', true);
}

/** What lies in a ring: whole records, and fragments with their place. */
interface Piece {
  readonly kind: number;
  readonly sender: number;
  readonly total: number;
  readonly position: number;
  readonly bytes: Buffer;
}

class Line {
  readonly queue = new OverflowQueue(1000, 2 ** 30);
  readonly written: WaitingRecord[] = [];
  readonly pieces: Piece[] = [];
  readonly producer: RingProducer;
  readonly consumer: RingConsumer;

  constructor() {
    const memory = new SharedArrayBuffer(ringLength(CAPACITY));
    this.producer = new RingProducer(memory, 0, CAPACITY);
    this.consumer = new RingConsumer(memory, 0, CAPACITY);
  }

  drain(): boolean {
    const done = drainOverflow(this.producer, this.queue, SERIAL, (one) => this.written.push(one));
    this.producer.publish();
    return done;
  }

  /** Reads up to `limit` pieces and gives their room back. */
  read(limit: number): void {
    const { consumer } = this;
    const { i32, bytes } = consumer.region;
    consumer.look();
    for (let count = 0; count < limit; count++) {
      const at = consumer.next();
      if (at === END_OF_RECORDS) break;
      const word = i32[kindIndex(at)]!;
      const end = at + i32[lengthIndex(at)]!;
      const isFragment = kindOf(word) === RecordKind.FRAGMENT;
      const start = isFragment ? at + FRAGMENT_PAYLOAD_OFFSET : at;
      this.pieces.push({
        kind: kindOf(word),
        sender: creatorOf(word),
        total: isFragment ? i32[slotIndex(at)]! : end - at,
        position: isFragment ? i32[generationIndex(at)]! : 0,
        bytes: Buffer.from(bytes.subarray(start, end)),
      });
    }
    consumer.release();
  }
}

/** Puts pieces together as a receiver does; throws when a part is missing or out of place. */
function assemble(pieces: readonly Piece[]): Buffer[] {
  const records: Buffer[] = [];
  let parts: Buffer[] = [];
  for (const { total, position, bytes } of pieces) {
    const have = parts.reduce((sum, part) => sum + part.length, 0);
    if (position !== have) throw new Error(`part at ${position} after ${have} bytes`);
    parts.push(bytes);
    if (have + bytes.length < total) continue;
    records.push(Buffer.concat(parts));
    parts = [];
  }
  if (parts.length > 0) throw new Error('the last record has no end');
  return records;
}

t.test(
  'a record of a quarter of the ring goes in one piece, a larger one in fragments',
  async (t) => {
    const line = new Line();
    const quarter = maxWholeBytes(line.producer);
    t.equal(quarter, CAPACITY / 4);
    line.queue.push(makeRecord(quarter, 1));
    line.queue.push(makeRecord(quarter + 1, 2));
    t.ok(line.drain());
    line.read(100);
    t.same(
      line.pieces.map(({ kind, sender, position }) => [kind, sender, position]),
      [
        [RecordKind.ENVELOPE, 0, 0],
        [RecordKind.FRAGMENT, SERIAL, 0],
        [RecordKind.FRAGMENT, SERIAL, quarter],
      ],
    );
  },
);

t.test('a full ring stops it, and it goes on where it stopped', async (t) => {
  const line = new Line();
  const records = [makeRecord(5 * CAPACITY, 1), makeRecord(64, 2)];
  for (const each of records) line.queue.push(each);
  t.notOk(line.drain());
  t.ok(records[0]!.writtenBytes > 0);
  t.ok(records[0]!.writtenBytes < CAPACITY);
  const before = records[0]!.writtenBytes;
  t.notOk(line.drain(), 'without room nothing is written');
  t.equal(records[0]!.writtenBytes, before);
  t.same(line.written, [], 'a record counts when it is complete');
  for (let round = 0; round < 100 && line.queue.length > 0; round++) {
    line.read(1);
    line.drain();
  }
  line.read(100);
  t.same(line.written, records);
  t.same(
    assemble(line.pieces),
    records.map(({ bytes }) => Buffer.from(bytes)),
  );
});

t.test('records of any size arrive in order, however reading and writing interleave', async () => {
  const lengths = fc.oneof(
    fc.integer({ min: 16, max: 300 }),
    fc.integer({ min: 200, max: 3 * CAPACITY }),
    fc.constantFrom(256, 257, 1008, 1024, 1025, 4096),
  );
  fc.assert(
    fc.property(
      fc.array(lengths, { minLength: 1, maxLength: 12 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 4 })),
      (sizes, reads) => {
        const line = new Line();
        const records = sizes.map((size, seed) => makeRecord(size, seed));
        for (const each of records) {
          line.queue.push(each);
          line.drain();
          line.read(reads.next().value);
        }
        for (let idle = 0; line.queue.length > 0 && idle < 10_000; idle++) {
          line.drain();
          line.read(reads.next().value);
        }
        line.read(1000);
        const seen = assemble(line.pieces);
        if (seen.length !== records.length || line.written.length !== records.length) return false;
        return records.every(({ bytes }, index) => seen[index]!.equals(bytes));
      },
    ),
  );
});
