import fc from 'fast-check';
import t from 'tap';
import { userRingOffset } from '../../runtime/memory/channel-descriptor.js';
import { headPosition } from '../../runtime/memory/ring-buffer-descriptor.js';
import { EnvelopeClass } from '../../runtime/ref/envelope-descriptor.js';
import { ACTOR, large, Rig, ROW } from './channel-rig.js';

const note = (n: number): object => ({ type: 'note', n });

t.test('what a sender had published arrives after its death, the rest died with it', async (t) => {
  const rig = new Rig();
  rig.tell(note(1));
  rig.outbound.flush();
  rig.tell(note(2));
  rig.tell(note(3));
  rig.replaceSender();
  rig.tell(note(4));
  rig.outbound.flush();
  rig.poll();
  t.same(rig.log, [1, 2, 4], 'the third was written and not published');
});

t.test(
  'a message half sent is given up when its sender dies, and its asker is known',
  async (t) => {
    const rig = new Rig();
    rig.ask(large(1, 5000));
    rig.outbound.flush();
    rig.poll();
    t.same(rig.log, []);
    rig.inbound.senderDied(rig.serial + 1);
    t.same(rig.lost, [], 'that was another thread');
    rig.inbound.senderDied(rig.serial);
    t.match(rig.lost, [{ to: ACTOR, row: ROW, isMessage: true, reason: 'thread-died' }]);
    rig.inbound.senderDied(rig.serial);
    t.equal(rig.lost.length, 1, 'once');
  },
);

t.test(
  'the next sender needs no news of the death: its first record ends the half one',
  async (t) => {
    for (const bytes of [10, 5000]) {
      const rig = new Rig();
      rig.tell(large(1, 5000));
      rig.outbound.flush();
      rig.poll();
      const dead = rig.serial;
      rig.replaceSender();
      rig.tell(large(2, bytes));
      rig.outbound.flush();
      rig.poll();
      rig.inbound.senderDied(dead);
      rig.settle();
      t.same(rig.log, ['thread-died', 2], `${bytes} bytes`);
      t.equal(rig.lost.length, 1);
    }
  },
);

t.test('a large message of the next sender survives late news of the death', async (t) => {
  const rig = new Rig();
  const dead = rig.serial;
  rig.replaceSender();
  rig.tell(large(2, 5000));
  rig.outbound.flush();
  rig.poll();
  rig.inbound.senderDied(dead);
  rig.settle();
  t.same(rig.log, [2]);
});

t.test('a receiver goes on where its predecessor had got to', async (t) => {
  const rig = new Rig();
  for (let n = 0; n < 5; n++) rig.tell(note(n));
  rig.outbound.flush();
  rig.poll(2);
  rig.replaceReceiver();
  rig.poll();
  t.same(rig.log, [0, 1, 2, 3, 4]);
});

t.test('a large message whose beginning the predecessor read is reported once', async (t) => {
  const rig = new Rig();
  rig.tell(large(1, 5000));
  rig.tell(note(2));
  rig.outbound.flush();
  rig.poll(1);
  rig.replaceReceiver();
  rig.settle();
  t.same(rig.log, ['thread-died', 2]);
  t.match(rig.lost, [{ to: undefined, isMessage: true }]);
});

t.test('a large signal that is lost half way is not counted as a message', async (t) => {
  const rig = new Rig();
  rig.signal(large(1, 5000));
  rig.poll(1);
  rig.replaceReceiver();
  rig.settle();
  rig.signal(large(2, 5000));
  rig.poll();
  rig.replaceSender();
  rig.signal(note(3));
  rig.settle();
  t.same(rig.log, ['thread-died', 'thread-died', 3]);
  t.ok(rig.lost.every(({ isMessage }) => !isMessage));
});

t.test(
  'attachments of a former connection are lost, and no others are taken for them',
  async (t) => {
    const rig = new Rig();
    t.teardown(() => rig.close());
    const parts = (n: number): object => ({ type: 'parts', n, is: new SharedArrayBuffer(8 * n) });
    rig.connect(1);
    rig.outbound.message(ACTOR, parts(1), EnvelopeClass.ASK, ROW, undefined);
    rig.signal(parts(2));
    rig.outbound.flush();
    rig.connect(2);
    rig.tell(parts(3));
    rig.settle();
    t.same(rig.log, ['attachment-lost', 'attachment-lost', 3]);
    t.match(rig.lost, [
      { to: ACTOR, row: null, isMessage: false },
      { to: ACTOR, row: ROW, isMessage: true },
    ]);
    const [arrived] = rig.arrivals as unknown as [{ message: { is: SharedArrayBuffer } }];
    t.equal(arrived.message.is.byteLength, 24);
  },
);

t.test('a record that is faster than its port finds its attachments', async (t) => {
  const rig = new Rig();
  t.teardown(() => rig.close());
  const buffer = (): SharedArrayBuffer => new SharedArrayBuffer(8);
  rig.connect(5, true);
  rig.signal({ type: 'first', n: 1, buffer: buffer() });
  rig.settle();
  rig.tell({ type: 'second', n: 2, buffer: buffer() });
  rig.settle();
  t.same(rig.log, [1, 2]);
  t.equal(rig.portLooks, 1, 'a port that is there is not looked for');
  rig.connect(6, true);
  rig.tell({ type: 'third', n: 3, buffer: buffer() });
  rig.settle();
  t.same(rig.log, [1, 2, 3], 'also when there is a port of a former connection');
});

t.test(
  'a signal with attachments waits for a connection, and all that comes after it too',
  async (t) => {
    const rig = new Rig();
    t.teardown(() => rig.close());
    const parts = (n: number): object => ({ type: 'parts', n, is: new SharedArrayBuffer(8 * n) });
    rig.connect(1);
    rig.outbound.setPort(null, 0);
    rig.signal(note(1));
    rig.signal(parts(2));
    rig.signal(note(3));
    rig.tell(note(4));
    rig.signal(parts(5));
    t.notOk(rig.outbound.flush());
    rig.poll();
    t.same(rig.log, [1]);
    const { dirtyCount } = rig;
    rig.connect(2);
    t.equal(rig.dirtyCount, dirtyCount + 1, 'the owner knows that there is something to flush');
    rig.settle();
    t.same(rig.log, [1, 2, 3, 5, 4]);
    const sizes = rig.arrivals.map(({ message }) => (message as { is?: SharedArrayBuffer }).is);
    t.same(
      sizes.map((is) => is?.byteLength),
      [undefined, 16, undefined, 40, undefined],
    );
  },
);

t.test('without a connection attachments are refused, and nothing else is', async (t) => {
  const rig = new Rig();
  t.equal(rig.tell({ type: 'parts', is: new SharedArrayBuffer(8) }), 2, 'ATTACHMENT_LOST');
  t.equal(rig.tell(note(1)), 0);
  rig.settle();
  t.same(rig.log, [1]);
});

/** One step of a sender and a receiver that can die. */
type Step =
  | { readonly do: 'tell' | 'share'; readonly bytes: number }
  | { readonly do: 'flush' | 'sender-dies' | 'news' }
  | { readonly do: 'poll'; readonly limit: number }
  | { readonly do: 'receiver-dies'; readonly after: number };

const steps = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('tell'), bytes: fc.constantFrom(1, 40, 300, 2500) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('share'), bytes: fc.constantFrom(1, 600) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('flush', 'flush', 'flush', 'sender-dies', 'news') }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('poll'), limit: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('receiver-dies'), after: fc.nat(3) }) },
) as fc.Arbitrary<Step>;

/** A rig whose ends die, and what is known of each message: the slot of its target is its number. */
class MortalRig extends Rig {
  given = 0;
  /** The first message of the present sender. */
  #first = 0;
  /** Messages that were completely published. */
  readonly safe = new Set<number>();
  #connection = 1;
  #dead: number[] = [];
  #taken = { head: -1, arrivals: 0, lost: 0 };
  #fatal = Number.POSITIVE_INFINITY;

  constructor() {
    super();
    this.connect(this.#connection);
  }

  take(step: Step): void {
    switch (step.do) {
      case 'tell':
        this.#give(large(this.given, step.bytes));
        break;
      case 'share': {
        const is = new SharedArrayBuffer(8 + 8 * this.given);
        this.#give({ ...large(this.given, step.bytes), is });
        break;
      }
      case 'flush':
        if (this.outbound.flush()) for (let n = this.#first; n < this.given; n++) this.safe.add(n);
        break;
      case 'poll':
        this.poll(step.limit);
        break;
      case 'sender-dies':
        this.#dead.push(this.serial);
        this.#first = this.given;
        this.replaceSender();
        this.connect(++this.#connection);
        break;
      case 'news':
        // Comes late: the next sender may have been at work for long.
        for (const serial of this.#dead.splice(0)) this.inbound.senderDied(serial);
        break;
      default:
        this.#dieReading(step.after);
    }
  }

  #give(message: object): void {
    const to = { ...ACTOR, slot: this.given++ };
    this.outbound.message(to, message, EnvelopeClass.TELL, null, undefined);
  }

  /** Dies in the middle of reading: of what it read in this turn, only what it gave back is in its mailboxes. */
  #dieReading(after: number): void {
    this.#fatal = this.arrivals.length + this.lost.length + after;
    this.#taken.head = Number.NaN;
    this.#note();
    try {
      this.poll();
      // It came through: what it read is in its mailboxes.
    } catch {
      this.arrivals.length = this.#taken.arrivals;
      this.lost.length = this.#taken.lost;
    }
    this.#fatal = Number.POSITIVE_INFINITY;
    this.replaceReceiver();
    this.connect(++this.#connection);
  }

  /** Takes note of what was read before the room of the ring was given back last. */
  #note(): void {
    const head = headPosition(this.channel, userRingOffset(this.sizes));
    if (head === this.#taken.head) return;
    this.#taken = { head, arrivals: this.arrivals.length, lost: this.lost.length };
  }

  override unreadable(...record: Parameters<Rig['unreadable']>): void {
    this.#note();
    super.unreadable(...record);
  }

  override arrived(arrival: never): void {
    this.#note();
    super.arrived(arrival);
    if (this.arrivals.length + this.lost.length > this.#fatal) throw new Error('dies here');
  }
}

t.test(
  'whoever dies when: nothing comes twice, out of order, broken, or is lost in silence',
  async () => {
    const holds = (program: readonly Step[]): boolean => {
      const rig = new MortalRig();
      for (const step of program) rig.take(step);
      rig.settle();
      rig.take({ do: 'flush' });
      rig.take({ do: 'news' });
      rig.close();
      const arrived = rig.arrivals.map(({ message }) => (message as { n: number }).n);
      const isOrdered = arrived.every((n, at) => at === 0 || arrived[at - 1]! < n);
      const isIntact = rig.arrivals.every(({ message }) => {
        const { n, text, is } = message as { n: number; text: string; is?: SharedArrayBuffer };
        return text === large(n, text.length).text && (is?.byteLength ?? 8 + 8 * n) === 8 + 8 * n;
      });
      const reported = rig.lost.map(({ to }) => to?.slot);
      const known = new Set([...arrived, ...reported]);
      const missing = [...rig.safe].filter((n) => !known.has(n)).length;
      const anonymous = reported.filter((slot) => slot === undefined).length;
      const isOnce = new Set(reported).size >= reported.length - Math.max(0, anonymous - 1);
      const isEither = arrived.every((n) => !reported.includes(n));
      return (
        isOrdered &&
        isIntact &&
        isOnce &&
        isEither &&
        missing <= anonymous &&
        arrived.length + reported.length <= rig.given &&
        rig.lost.every((one) => one.isMessage)
      );
    };
    fc.assert(fc.property(fc.array(steps, { maxLength: 60 }), holds), { numRuns: 1000 });
  },
);
