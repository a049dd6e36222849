import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { userRingOffset } from '../../runtime/memory/channel-descriptor.js';
import {
  generationIndex,
  HEADER_LENGTH,
  kindIndex,
  lengthIndex,
  packKind,
  RecordKind,
  slotIndex,
} from '../../runtime/memory/record-descriptor.js';
import { Region } from '../../runtime/memory/region.js';
import { DATA_OFFSET } from '../../runtime/memory/ring-buffer-descriptor.js';
import { ACTOR, large, Rig, ROW, SENDER } from './channel-rig.js';

const note = (n: number): object => ({ type: 'note', n });

/** The data of the user ring, to be damaged. */
function dataOf(rig: Rig): Region {
  const { sizes, channel } = rig;
  return new Region(channel, userRingOffset(sizes) + DATA_OFFSET, sizes.userRingBytes);
}

/** Offsets of the records of the ring from its start. */
function offsets(data: Region, count: number): number[] {
  const found: number[] = [];
  for (let at = 0; found.length < count; at += (data.i32[lengthIndex(at)]! + 7) & ~7)
    found.push(at);
  return found;
}

/** A rig in which a note, an ask and a note are published and not read. */
function published(): { rig: Rig; data: Region; second: number } {
  const rig = new Rig();
  rig.tell(note(1));
  rig.ask(note(2));
  rig.tell(note(3));
  rig.outbound.flush();
  const data = dataOf(rig);
  return { rig, data, second: offsets(data, 2)[1]! };
}

t.test('a look takes note of what is there; later messages wait for the next look', async (t) => {
  const rig = new Rig();
  t.notOk(rig.inbound.look());
  rig.tell(note(1));
  rig.outbound.flush();
  t.ok(rig.inbound.hasNews);
  t.ok(rig.inbound.look());
  rig.tell(note(2));
  rig.outbound.flush();
  t.ok(rig.inbound.pending);
  t.equal(rig.inbound.pollMessages(10), 1);
  t.notOk(rig.inbound.pending);
  t.ok(rig.inbound.hasNews, 'the second one');
  t.ok(rig.inbound.look());
  t.equal(rig.inbound.pollMessages(10), 1);
  t.notOk(rig.inbound.hasNews);
  t.same(rig.log, [1, 2]);
});

t.test('a signal that was given before a message that was seen is seen too', async (t) => {
  const rig = new Rig();
  rig.signal(note(1));
  rig.tell(note(2));
  rig.outbound.flush();
  t.ok(rig.inbound.look());
  t.equal(rig.inbound.pollSignals(), 1);
  t.equal(rig.inbound.pollMessages(10), 1);
  t.same(rig.log, [1, 2]);
  t.equal(rig.arrivals[0]!.from, SENDER);
});

t.test('a limit leaves the rest for later', async (t) => {
  const rig = new Rig();
  for (let n = 0; n < 5; n++) rig.tell(note(n));
  rig.outbound.flush();
  rig.inbound.look();
  t.equal(rig.inbound.pollMessages(2), 2);
  t.ok(rig.inbound.pending);
  t.equal(rig.inbound.pollMessages(Number.POSITIVE_INFINITY), 3);
});

t.test('what was read makes room, and wakes a sender that waits for it', async (t) => {
  const rig = new Rig();
  for (let n = 0; n < 100; n++) rig.tell(note(n));
  rig.outbound.flush();
  rig.senderBell.announce();
  rig.poll(1);
  t.notOk(rig.senderBell.parked);
  rig.senderBell.announce();
  rig.poll(1);
  t.ok(rig.senderBell.parked, 'it has not asked again');
});

t.test(
  'a payload that is no message is reported with target and asker; others arrive',
  async (t) => {
    const { rig, data, second } = published();
    data.i32[(second + 2 * HEADER_LENGTH) >> 2] = 0;
    rig.poll();
    t.same(rig.log, [1, 'damaged', 3]);
    t.match(rig.lost, [{ to: ACTOR, row: ROW, isMessage: true, error: { code: 'ERR_DAMAGED' } }]);
  },
);

t.test('a record of no known kind ends what was published; what comes after goes on', async (t) => {
  const { rig, data, second } = published();
  data.i32[kindIndex(second)] = packKind(77, 0, 0);
  rig.poll();
  t.same(rig.log, [1, 'damaged']);
  t.match(rig.lost, [{ to: undefined, row: null, isMessage: true }]);
  rig.tell(note(4));
  rig.settle();
  t.same(rig.log, [1, 'damaged', 4]);
  t.ok(rig.outbound.drained);
});

t.test('a length that cannot be does the same', async (t) => {
  for (const length of [-8, 0, 4, 8, 15, 1016, 2 ** 31 - 1]) {
    const { rig, data, second } = published();
    data.i32[lengthIndex(second)] = length;
    rig.poll();
    rig.tell(note(4));
    rig.settle();
    t.same(rig.log, [1, 'damaged', 4], `${length}`);
  }
});

t.test('fragments that do not fit together are reported, and the stream goes on', async (t) => {
  const sizes = [
    { what: 'a size of nothing', size: 3 },
    { what: 'a negative size', size: -1 },
    { what: 'an immense size', size: 2 ** 31 - 1 },
    { what: 'a size less than the part', size: 40 },
  ];
  for (const { what, size } of sizes) {
    const rig = new Rig();
    rig.tell(large(1, 2000));
    rig.outbound.flush();
    dataOf(rig).i32[slotIndex(0)] = size;
    rig.poll();
    t.ok(rig.lost.length > 0, what);
    t.ok(rig.lost.every(({ reason }) => reason === 'damaged'));
    rig.settle();
    rig.tell(note(2));
    rig.settle();
    t.equal(rig.log.at(-1), 2, what);
  }
});

t.test('a part out of place gives up the whole message, and names its target', async (t) => {
  const rig = new Rig();
  rig.tell(large(1, 2000));
  rig.outbound.flush();
  const data = dataOf(rig);
  const second = offsets(data, 2)[1]!;
  t.equal(data.i32[kindIndex(second)]! & 0xff, RecordKind.FRAGMENT);
  data.i32[generationIndex(second)] = 8;
  rig.poll();
  t.match(rig.lost[0], { to: ACTOR, isMessage: true, reason: 'damaged' });
  rig.tell(note(2));
  rig.settle();
  t.equal(rig.log.at(-1), 2);
});

t.test('a damaged signal is no message, and messages go on', async (t) => {
  const rig = new Rig();
  rig.signal(note(1));
  const signals = new Region(rig.channel, DATA_OFFSET, rig.sizes.signalRingBytes);
  signals.i32[kindIndex(0)] = packKind(77, 0, 0);
  rig.tell(note(2));
  rig.signal(note(3));
  rig.settle();
  t.same(rig.log, ['damaged', 2]);
  t.match(rig.lost, [{ isMessage: false }]);
  rig.signal(note(4));
  rig.settle();
  t.equal(rig.log.at(-1), 4);
});

t.test('attachments of records that damage took are not given to later ones', async (t) => {
  const rig = new Rig();
  t.teardown(() => rig.close());
  rig.connect(1);
  const parts = (n: number): object => ({ type: 'parts', n, is: new SharedArrayBuffer(n) });
  rig.tell(parts(1));
  rig.outbound.flush();
  dataOf(rig).i32[kindIndex(0)] = packKind(77, 0, 0);
  rig.poll();
  rig.tell(parts(2));
  rig.settle();
  t.same(rig.log, ['damaged', 2]);
  const { is } = rig.arrivals[0]!.message as { is: SharedArrayBuffer };
  t.equal(is.byteLength, 2);
});

t.test(
  'large buffers are taken up to half a mebibyte, then their handlers have their turn',
  async (t) => {
    const rig = new Rig({ overflowBytes: 4 * 2 ** 20 });
    t.teardown(() => rig.close());
    rig.connect(1);
    const bytes = 300 * 1024;
    for (let n = 1; n <= 5; n++) rig.tell({ type: 'large', n, is: new Uint8Array(bytes) });
    rig.outbound.flush();
    const seen = [];
    while (rig.poll()) seen.push(rig.log.length);
    t.same(seen, [2, 4, 5]);
    t.same(rig.log, [1, 2, 3, 4, 5]);
  },
);

t.test('with checksums, damage is never another message', async (t) => {
  let damagedCount = 0;
  const damage = fc.array(fc.tuple(fc.nat(1023), fc.nat(255)), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(fc.nat(1500), { maxLength: 6 }), damage, (sizes, bytes) => {
      const rig = new Rig({ checksums: true });
      const sent = sizes.map((size, n) => large(n, size));
      for (const message of sent) rig.tell(message);
      rig.outbound.flush();
      const data = dataOf(rig);
      for (const [at, byte] of bytes) data.bytes[at] = byte;
      rig.settle();
      damagedCount += rig.lost.length;
      rig.tell(note(1000));
      rig.settle();
      // Fragments may complete a message of which the beginning was read before.
      let last = -1;
      for (const { message } of rig.arrivals.slice(0, -1)) {
        const n = sent.findIndex((each) => isDeepStrictEqual(each, message));
        if (n <= last) return false;
        last = n;
      }
      return rig.log.at(-1) === 1000;
    }),
    { numRuns: 500 },
  );
  t.ok(damagedCount > 100, `${damagedCount} times there was damage to be found`);
});

t.test(
  'whatever the bytes are, it neither throws nor stops: the next message arrives',
  async () => {
    const damage = fc.array(fc.tuple(fc.nat(1023), fc.nat(255)), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.nat(1500), { maxLength: 6 }), damage, (sizes, bytes) => {
        const rig = new Rig();
        for (const [n, size] of sizes.entries()) rig.tell(large(n, size));
        rig.outbound.flush();
        const data = dataOf(rig);
        for (const [at, byte] of bytes) data.bytes[at] = byte;
        rig.settle();
        // Twice: a large message may be half read still.
        rig.tell(note(1000));
        rig.settle();
        return rig.log.at(-1) === 1000;
      }),
      { numRuns: 500 },
    );
  },
);
