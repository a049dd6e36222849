import t from 'tap';
import { userRingOffset } from '../../runtime/memory/channel-descriptor.js';
import { DATA_OFFSET } from '../../runtime/memory/ring-buffer-descriptor.js';
import type { ReplyAddress } from '../../runtime/ref/envelope.js';
import {
  ATTACHED,
  ATTACHED_LENGTH,
  CLASS_MASK,
  EnvelopeClass,
  payloadOffset,
} from '../../runtime/ref/envelope-descriptor.js';
import { ACTOR, RECEIVER, Rig, ROW, SENDER } from '../worker/channel-rig.js';

/** Bytes of the ring from its start, in rows of 8. */
function dump(rig: Rig, lane: 'user' | 'signal', rows: number): string[] {
  const start = (lane === 'user' ? userRingOffset(rig.sizes) : 0) + DATA_OFFSET;
  const bytes = Buffer.from(rig.channel as unknown as ArrayBuffer, start, rows * 8);
  return bytes.toString('hex').match(/.{16}/g) ?? [];
}

/** The row of an asker on the receiving thread: where answers go. */
const ASKER: ReplyAddress = { ...ROW, thread: RECEIVER };
/** Where an answer arrives: the serial stands in the creator word. */
const ASKER_TO = { thread: RECEIVER, creator: 9, slot: 11, generation: 13 };
const CONNECTION = 0x21;

const shared = (): SharedArrayBuffer => new SharedArrayBuffer(8);

interface Golden {
  readonly what: string;
  readonly lane?: 'signal';
  readonly send: (rig: Rig) => unknown;
  readonly envelopeClass: EnvelopeClass;
  readonly to: object;
  readonly row: ReplyAddress | null;
  readonly message: unknown;
  readonly hex: readonly string[];
}

// Each row: length, then kind, flags and creator; slot, generation; own fields; payload.
const GOLDEN: readonly Golden[] = [
  {
    what: 'TELL',
    send: (rig) => rig.tell([1.5]),
    envelopeClass: EnvelopeClass.TELL,
    to: ACTOR,
    row: null,
    message: [1.5],
    hex: [
      '20000000' + '01000700',
      '03000000' + '05000000',
      '0f010000' + '07000000',
      '000000000000f83f',
    ],
  },
  {
    what: 'ASK',
    send: (rig) => rig.ask([1.5]),
    envelopeClass: EnvelopeClass.ASK,
    to: ACTOR,
    row: ROW,
    message: [1.5],
    hex: [
      '30000000' + '01010700',
      '03000000' + '05000000',
      '0b000000' + '0d000000',
      '09000000' + '02000000',
      '0f010000' + '07000000',
      '000000000000f83f',
    ],
  },
  {
    what: 'SEND',
    send: (rig) => rig.outbound.message(ACTOR, [1.5], EnvelopeClass.SEND, ROW, undefined),
    envelopeClass: EnvelopeClass.SEND,
    to: ACTOR,
    row: ROW,
    message: [1.5],
    hex: [
      '30000000' + '01020700',
      '03000000' + '05000000',
      '0b000000' + '0d000000',
      '09000000' + '02000000',
      '0f010000' + '07000000',
      '000000000000f83f',
    ],
  },
  {
    what: 'REPLY',
    send: (rig) => rig.outbound.reply(ASKER, 7, EnvelopeClass.REPLY),
    envelopeClass: EnvelopeClass.REPLY,
    to: ASKER_TO,
    row: null,
    message: 7,
    hex: ['14000000' + '01030900', '0b000000' + '0d000000', '05070000' + '00000000'],
  },
  {
    what: 'FAILURE',
    send: (rig) => rig.outbound.reply(ASKER, 'no', EnvelopeClass.FAILURE),
    envelopeClass: EnvelopeClass.FAILURE,
    to: ASKER_TO,
    row: null,
    message: 'no',
    hex: ['16000000' + '01040900', '0b000000' + '0d000000', '0b020000' + '6e6f0000'],
  },
  {
    what: 'ACCEPTED',
    send: (rig) => rig.outbound.reply(ASKER, undefined, EnvelopeClass.ACCEPTED),
    envelopeClass: EnvelopeClass.ACCEPTED,
    to: ASKER_TO,
    row: null,
    message: undefined,
    hex: ['14000000' + '01050900', '0b000000' + '0d000000', '01000000' + '00000000'],
  },
  {
    what: 'SIGNAL',
    lane: 'signal',
    send: (rig) => rig.signal([1]),
    envelopeClass: EnvelopeClass.SIGNAL,
    to: ACTOR,
    row: null,
    message: [1],
    hex: ['18000000' + '01060700', '03000000' + '05000000', '0f010000' + '05010000'],
  },
  {
    what: 'TELL with attachments',
    send: (rig) => rig.tell([shared()]),
    envelopeClass: EnvelopeClass.TELL,
    to: ACTOR,
    row: null,
    message: [shared()],
    hex: [
      '38000000' + '01080700',
      '03000000' + '05000000',
      '01000000' + '21000000',
      '0f010000' + '17000000',
      '10000000' + '18000000',
      '01000000' + '01000000',
      '0000000000000000',
    ],
  },
  {
    what: 'ASK with attachments',
    send: (rig) => rig.ask([shared()]),
    envelopeClass: EnvelopeClass.ASK,
    to: ACTOR,
    row: ROW,
    message: [shared()],
    hex: [
      '48000000' + '01090700',
      '03000000' + '05000000',
      '0b000000' + '0d000000',
      '09000000' + '02000000',
      '01000000' + '21000000',
      '0f010000' + '17000000',
      '10000000' + '18000000',
      '01000000' + '01000000',
      '0000000000000000',
    ],
  },
  {
    what: 'SIGNAL with attachments',
    lane: 'signal',
    send: (rig) => rig.signal([shared()]),
    envelopeClass: EnvelopeClass.SIGNAL,
    to: ACTOR,
    row: null,
    message: [shared()],
    hex: [
      '38000000' + '010e0700',
      '03000000' + '05000000',
      '01000000' + '21000000',
      '0f010000' + '17000000',
      '10000000' + '18000000',
      '01000000' + '01000000',
      '0000000000000000',
    ],
  },
];

for (const { what, lane = 'user', send, hex, ...expected } of GOLDEN) {
  t.test(`the bytes of ${what} are these, and are read back as what was sent`, async (t) => {
    const rig = new Rig();
    t.teardown(() => rig.close());
    rig.connect(CONNECTION);
    send(rig);
    rig.outbound.flush();
    t.same(dump(rig, lane, hex.length), hex);
    t.equal(rig.poll(), true);
    t.same(rig.lost, []);
    t.strictSame(rig.arrivals, [{ from: SENDER, ...expected }]);
    t.equal(rig.poll(), false, 'and nothing else came');
  });
}

t.test('the second parcel of a connection has the next number', async (t) => {
  const rig = new Rig();
  t.teardown(() => rig.close());
  rig.connect(CONNECTION);
  rig.tell([shared()]);
  rig.tell([shared()]);
  rig.outbound.flush();
  t.match(dump(rig, 'user', 10)[9], '02000000' + '21000000');
});

t.test('class and attachment flag do not share bits, and payloads are 8-aligned', async (t) => {
  t.equal(CLASS_MASK & ATTACHED, 0);
  for (const [name, envelopeClass] of Object.entries(EnvelopeClass)) {
    t.equal(envelopeClass & CLASS_MASK, envelopeClass, name);
    t.equal(payloadOffset(envelopeClass) % 8, 0, name);
  }
  t.equal(ATTACHED_LENGTH % 8, 0);
});
