import fc from 'fast-check';
import t from 'tap';
import { EnvelopeClass } from '../../runtime/ref/envelope-descriptor.js';
import { Sent } from '../../runtime/worker/sent.js';
import { ACTOR, large, RECEIVER, Rig, ROW } from './channel-rig.js';

const note = (n: number): object => ({ type: 'note', n });

t.test('the first message of a turn is there at once, the next when it is published', async (t) => {
  const rig = new Rig();
  t.equal(rig.tell(note(1)), Sent.OK);
  t.ok(rig.poll());
  t.same(rig.log, [1]);
  t.equal(rig.dirtyCount, 1, 'the owner knows that the turn has something to publish');
  rig.tell(note(2));
  t.notOk(rig.poll());
  t.equal(rig.dirtyCount, 1, 'once');
  t.ok(rig.outbound.flush());
  t.ok(rig.poll());
  t.same(rig.log, [1, 2]);
  t.equal(rig.counted('published'), 2);
  rig.tell(note(3));
  t.ok(rig.poll(), 'the first of the next turn');
  t.equal(rig.dirtyCount, 2);
});

t.test('a stream publishes by itself, in batches that grow up to 4 KiB', async (t) => {
  const rig = new Rig({ userRingBytes: 65_536 });
  const batches: number[] = [];
  let bytes = 0;
  // The shape of the message is learned first; from then on all records are of one length.
  for (let n = 1; n <= 4; n++) {
    const before = rig.counted('bytesPublished');
    rig.tell(note(n));
    rig.outbound.flush();
    bytes = rig.counted('bytesPublished') - before;
  }
  rig.poll();
  for (let n = 5; n <= 404; n++) {
    rig.tell(note(n));
    const before = rig.log.length;
    if (rig.poll()) batches.push(rig.log.length - before);
  }
  const largest = Math.ceil(4096 / bytes);
  t.same(batches, [1, 4, 16, 64, largest, largest], 'four times the one before, up to 4 KiB');
  rig.outbound.flush();
  rig.poll();
  t.equal(rig.log.length, 404);
});

t.test('records of 2 KiB behind the first of a turn are published by two', async (t) => {
  const rig = new Rig({ userRingBytes: 65_536 });
  const batches: number[] = [];
  for (let n = 1; n <= 7; n++) {
    rig.tell(large(n, 2100));
    const before = rig.log.length;
    if (rig.poll()) batches.push(rig.log.length - before);
  }
  t.same(batches, [1, 2, 2, 2]);
});

t.test('publishing rings a receiver that sleeps, once, and nobody else', async (t) => {
  const rig = new Rig();
  rig.tell(note(1));
  rig.outbound.flush();
  t.equal(rig.counted('bells'), 0, 'it was awake');
  rig.poll();
  rig.receiverBell.announce();
  rig.tell(note(2));
  rig.tell(note(3));
  t.ok(rig.receiverBell.parked, 'nothing is published yet');
  rig.outbound.flush();
  t.notOk(rig.receiverBell.parked);
  t.equal(rig.counted('bells'), 1);
  rig.receiverBell.announce();
  rig.outbound.flush();
  t.ok(rig.receiverBell.parked, 'there was nothing new');
});

t.test('a signal is published at once', async (t) => {
  const rig = new Rig();
  rig.receiverBell.announce();
  rig.signal(note(1));
  t.notOk(rig.receiverBell.parked);
  t.ok(rig.poll());
  t.same(rig.log, [1]);
});

t.test('a signal overtakes messages, and a message never a signal before it', async (t) => {
  const rig = new Rig();
  rig.tell(note(1));
  rig.signal(note(2));
  rig.tell(note(3));
  rig.outbound.flush();
  rig.poll();
  t.same(rig.log, [2, 1, 3]);
});

t.test('no message overtakes a signal that waits for room in its ring', async (t) => {
  const rig = new Rig();
  // More signals than the ring takes; the messages would have room.
  for (let n = 0; n < 40; n++) rig.signal(note(n));
  t.ok(rig.outbound.isBlocked);
  rig.tell(note(100));
  rig.outbound.reply({ ...ROW, thread: RECEIVER }, { n: 101 }, EnvelopeClass.REPLY);
  t.notOk(rig.outbound.flush());
  rig.poll();
  t.notOk(rig.log.includes(100), 'the ring of messages was empty, and stays so');
  rig.settle();
  t.same(rig.log, [...Array(40).keys(), 100, 101]);
});

t.test('what waits goes on when the receiver has made room, and rings for it', async (t) => {
  const rig = new Rig();
  for (let n = 0; n < 100; n++) t.equal(rig.tell(note(n)), Sent.OK);
  t.notOk(rig.outbound.flush());
  t.ok(rig.outbound.overflow.messages > 0);
  t.notOk(rig.outbound.roomAppeared);
  rig.senderBell.announce();
  rig.poll();
  t.ok(rig.outbound.roomAppeared);
  t.notOk(rig.senderBell.parked, 'the sender was woken');
  rig.settle();
  t.same(rig.log, [...Array(100).keys()]);
  t.ok(rig.outbound.drained);
  t.equal(rig.counted('published'), 100);
  t.notOk(rig.outbound.roomAppeared, 'nothing waits');
});

t.test('a full overflow queue refuses messages, but not answers and signals', async (t) => {
  const rig = new Rig({ overflowMessages: 3 });
  let sent = 0;
  while (rig.tell(note(sent)) === Sent.OK) sent++;
  t.equal(rig.outbound.overflow.messages, 3);
  t.equal(rig.tell(note(-1)), Sent.OVERFLOW_FULL);
  t.equal(rig.ask(note(-1)), Sent.OVERFLOW_FULL);
  rig.outbound.reply({ ...ROW, thread: RECEIVER }, { n: 'answer' }, EnvelopeClass.REPLY);
  rig.signal(note(-2));
  rig.settle();
  t.same(rig.log, [-2, ...Array(sent).keys(), 'answer']);
});

t.test('the position is that of the last message, and unknown while something waits', async (t) => {
  const rig = new Rig();
  const begin = rig.outbound.position;
  rig.ask(note(1));
  t.ok(rig.outbound.position > begin);
  rig.tell(large(2, 5000));
  t.ok(Number.isNaN(rig.outbound.position));
  rig.settle();
  t.notOk(Number.isNaN(rig.outbound.position));
});

t.test(
  'a large buffer goes beside the ring and is copied; without a port it goes through it',
  async (t) => {
    const rig = new Rig();
    t.teardown(() => rig.close());
    const buffer = marked(new ArrayBuffer(ASIDE_BYTES), 7);
    rig.tell({ type: 'parts', n: 1, buffer });
    t.ok(rig.outbound.isBlocked, 'it is larger than the ring');
    rig.settle();
    rig.connect(1);
    rig.tell({ type: 'parts', n: 2, buffer });
    t.notOk(rig.outbound.isBlocked);
    rig.outbound.flush();
    t.ok(rig.poll(), 'and it is read');
    t.same(rig.log, [1, 2]);
    t.equal(buffer.byteLength, ASIDE_BYTES, 'the sender keeps its own');
    for (const { message } of rig.arrivals) {
      t.equal(new Int32Array((message as { buffer: ArrayBuffer }).buffer)[0], 7);
    }
  },
);

t.test(
  'so many bytes go beside the ring before the receiver reads; more go through it',
  async (t) => {
    const rig = new Rig({ overflowBytes: 100_000 });
    t.teardown(() => rig.close());
    rig.connect(1);
    for (let n = 0; n < 3; n++)
      rig.tell({ type: 'parts', n, buffer: new ArrayBuffer(ASIDE_BYTES) });
    t.notOk(rig.outbound.isBlocked);
    rig.tell({ type: 'parts', n: 3, buffer: new ArrayBuffer(ASIDE_BYTES) });
    t.ok(rig.outbound.isBlocked, 'through the ring, which is full');
    rig.settle();
    t.same(rig.log, [0, 1, 2, 3]);
    rig.tell({ type: 'parts', n: 4, buffer: new ArrayBuffer(ASIDE_BYTES) });
    t.notOk(rig.outbound.isBlocked, 'there is room again');
  },
);

t.test('what cannot be sent throws, and leaves nothing behind', async (t) => {
  const rig = new Rig();
  rig.tell(note(1));
  t.throws(() => rig.tell({ type: 'bad', call: () => 1 }), { code: 'ERR_NOT_SENDABLE' });
  t.throws(() => rig.signal({ type: 'bad', call: () => 1 }), { code: 'ERR_NOT_SENDABLE' });
  t.throws(() => rig.tell(large(2, 2 * 1024 * 1024)), { code: 'ERR_TOO_LARGE' });
  rig.tell(note(3));
  rig.settle();
  t.same(rig.log, [1, 3]);
  t.same(rig.lost, []);
});

t.test(
  'a buffer for which the ring has no room now goes beside it, and blocks nothing',
  async (t) => {
    const rig = new Rig({ userRingBytes: 65_536 });
    t.teardown(() => rig.close());
    rig.connect(1);
    for (let n = 0; n < 10; n++)
      rig.tell({ type: 'parts', n, buffer: marked(new ArrayBuffer(16_384), n) });
    t.notOk(rig.outbound.isBlocked, 'ten of them are more than the ring holds');
    rig.settle();
    t.same(rig.log, [...Array(10).keys()]);
    t.ok(rig.arrivals.every(({ message }) => isIntact(message)));
  },
);

t.test('large records give their room back while the batch is still being read', async (t) => {
  const rig = new Rig({ userRingBytes: 65_536 });
  for (let n = 0; n < 5; n++)
    rig.tell({ type: 'parts', n, buffer: marked(new ArrayBuffer(12_000), n) });
  rig.tell({ type: 'parts', n: 5, buffer: marked(new ArrayBuffer(12_000), 5) });
  t.ok(rig.outbound.isBlocked);
  rig.outbound.flush();
  rig.senderBell.announce();
  const rungAfter: number[] = [];
  rig.onArrival = () => rungAfter.push(rig.senderBell.parked ? 0 : rig.arrivals.length);
  rig.poll();
  const first = rungAfter.find((count) => count > 0);
  t.ok(first !== undefined && first <= 2, `the sender was woken after ${first} of 5`);
  rig.settle();
  t.same(rig.log, [0, 1, 2, 3, 4, 5]);
});

/** A buffer so large that it goes beside the ring. */
const ASIDE_BYTES = 40_000;

/** One thing that a sender or its receiver does. */
type Step =
  | { readonly do: 'tell' | 'ask' | 'reply' | 'signal'; readonly bytes: number }
  | { readonly do: 'transfer' | 'share' | 'share-by-signal' | 'copy-aside' }
  | { readonly do: 'flush' }
  | { readonly do: 'poll'; readonly limit: number };

const sizes = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 200, max: 5000 }) },
);
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom('tell', 'ask', 'reply'), bytes: sizes }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('signal'), bytes: sizes }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('transfer', 'share', 'share-by-signal', 'copy-aside'),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ do: 'flush' }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('poll'), limit: fc.integer({ min: 1, max: 5 }) }),
  },
) as fc.Arbitrary<Step>;

/** Bytes that tell whose they are. */
function marked<B extends ArrayBuffer | SharedArrayBuffer>(buffer: B, n: number): B {
  new Int32Array(buffer)[0] = n;
  return buffer;
}

function take(rig: Rig, step: Step, n: number): void {
  switch (step.do) {
    case 'tell':
      rig.tell(large(n, step.bytes));
      break;
    case 'ask':
      rig.ask(large(n, step.bytes));
      break;
    case 'reply':
      rig.outbound.reply({ ...ROW, thread: RECEIVER }, large(n, step.bytes), EnvelopeClass.REPLY);
      break;
    case 'signal':
      rig.signal(large(n, step.bytes));
      break;
    case 'transfer': {
      const buffer = marked(new ArrayBuffer(8), n);
      rig.tell({ type: 'parts', n, buffer }, [buffer]);
      break;
    }
    case 'share':
      rig.tell({ type: 'parts', n, buffer: marked(new SharedArrayBuffer(8), n) });
      break;
    case 'share-by-signal':
      rig.outbound.signal(ACTOR, {
        type: 'parts',
        n,
        buffer: marked(new SharedArrayBuffer(8), n),
      });
      break;
    case 'copy-aside':
      rig.tell({ type: 'parts', n, buffer: marked(new ArrayBuffer(ASIDE_BYTES), n) });
      break;
    case 'flush':
      rig.outbound.flush();
      break;
    case 'poll':
      rig.poll(step.limit);
  }
}

/** True when a message arrived as it was sent. */
function isIntact(message: unknown): boolean {
  const { n, text, buffer } = message as { n: number; text?: string; buffer?: ArrayBuffer };
  if (buffer !== undefined) return new Int32Array(buffer)[0] === n;
  return text === large(n, text!.length).text;
}

t.test(
  'everything arrives once, intact, each lane in order, and signals are not overtaken',
  async () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 60 }), (program) => {
        const rig = new Rig();
        rig.connect(1);
        for (const [n, step] of program.entries()) take(rig, step, n);
        rig.settle();
        rig.close();
        const isSignal = (n: number): boolean => /signal/.test(program[n]!.do);
        const given = program.flatMap(({ do: what }, n) => (/flush|poll/.test(what) ? [] : [n]));
        const arrived = rig.log as number[];
        for (const lane of [isSignal, (n: number) => !isSignal(n)]) {
          if (`${arrived.filter(lane)}` !== `${given.filter(lane)}`) return false;
        }
        // Whatever came before a message was given before it, or is a signal.
        const late = arrived.some(
          (n, at) =>
            isSignal(n) && arrived.slice(0, at).some((other) => !isSignal(other) && other > n),
        );
        return (
          !late && rig.lost.length === 0 && rig.arrivals.every(({ message }) => isIntact(message))
        );
      }),
      { numRuns: 400 },
    );
  },
);
