import t from 'tap';
import { DeliveryReceiver, type ReceiverEffect } from '../../runtime/delivery/delivery-receiver.js';
import type { DataPacket, OpenPacket } from '../../runtime/delivery/packets.js';

const EPOCH = 2;

function make(dormantCount = 2): DeliveryReceiver<string, string> {
  return new DeliveryReceiver({ epoch: EPOCH, windowCount: 4, dormantCount });
}

function open(fields: Partial<OpenPacket> = {}): OpenPacket {
  return { kind: 'open', stream: 's', session: 1, durable: true, first: 1, last: 9, ...fields };
}

function data(sequence: number, fields: Partial<DataPacket<string>> = {}): DataPacket<string> {
  return {
    kind: 'data',
    stream: 's',
    session: 1,
    epoch: EPOCH,
    connection: 1,
    sequence,
    first: 1,
    probeThrough: 0,
    message: `m${sequence}`,
    ...fields,
  };
}

/** Effects in short: `opened 1 0..4`, `ack 3..7`, `ack 3..7 resend`, `reset 1`, `handle m4`, `watch s 1`. */
function brief(effects: readonly ReceiverEffect<string, string>[]): string[] {
  return effects.map((effect) => {
    if (effect.type === 'handle') return `handle ${effect.message}`;
    if (effect.type === 'watch') return `watch ${effect.stream} ${effect.session}`;
    const { packet } = effect;
    if (packet.kind === 'reset') return `reset ${packet.connection}`;
    const range = `${packet.handledThrough}..${packet.grantThrough}`;
    if (packet.kind === 'opened') return `opened ${packet.connection} ${range}`;
    return `ack ${range}${packet.resend ? ' resend' : ''}`;
  });
}

/** A receiver that has handled so many messages of the stream. */
function after(count: number, fields: Partial<OpenPacket> = {}): DeliveryReceiver<string, string> {
  const receiver = make();
  receiver.open(open(fields), 'a');
  for (let n = 1; n <= count; n++) {
    receiver.data(data(n), 'a');
    receiver.handled();
  }
  return receiver;
}

t.test('messages are handled in order, and each is acknowledged when it has been', async (t) => {
  const receiver = make();
  t.same(brief(receiver.open(open(), 'a')), ['watch s 1', 'opened 1 0..4']);
  t.same(brief(receiver.data(data(1), 'a')), ['handle m1']);
  t.ok(receiver.isHandling);
  t.same(brief(receiver.handled()), ['ack 1..5']);
});

t.test('a message that came before is dropped, a probe is answered', async (t) => {
  const receiver = after(3);
  t.same(brief(receiver.data(data(2), 'a')), []);
  t.same(brief(receiver.data(data(2, { probeThrough: 3 }), 'a')), ['ack 3..7']);
  t.same(brief(receiver.data(data(2, { probeThrough: 4 }), 'a')), ['ack 3..7 resend']);
});

t.test('a gap is asked for once, a probe behind it always', async (t) => {
  const receiver = after(3);
  t.same(brief(receiver.data(data(6), 'a')), ['ack 3..7 resend']);
  t.same(brief(receiver.data(data(7), 'a')), []);
  t.same(brief(receiver.data(data(6, { probeThrough: 7 }), 'a')), ['ack 3..7 resend']);
  t.same(brief(receiver.data(data(4), 'a')), ['handle m4']);
  receiver.handled();
  t.same(brief(receiver.data(data(6), 'a')), ['ack 4..8 resend'], 'the next gap');
});

t.test('a probe that turns out to be the next message says whether more is missing', async (t) => {
  const receiver = after(3);
  receiver.data(data(4, { probeThrough: 6 }), 'a');
  t.same(brief(receiver.handled()), ['ack 4..8 resend']);
  receiver.data(data(5, { probeThrough: 5 }), 'a');
  t.same(brief(receiver.handled()), ['ack 5..9']);
});

t.test('a number without a message is passed over', async (t) => {
  const receiver = after(3);
  t.same(brief(receiver.data(data(4, { message: null }), 'a')), ['ack 4..8']);
});

t.test('what a former incarnation has handled is passed over', async (t) => {
  const receiver = after(0);
  t.same(brief(receiver.data(data(7, { first: 7 }), 'a')), ['handle m7']);
});

t.test(
  'a postponed message is handled later, and what was dropped behind it is asked for',
  async (t) => {
    const receiver = after(0);
    receiver.data(data(1), 'a');
    receiver.postponed();
    t.same(brief(receiver.data(data(2), 'a')), ['ack 0..4 resend']);
    t.same(brief(receiver.data(data(1), 'a')), ['handle m1']);
    t.same(brief(receiver.handled()), ['ack 1..5 resend']);
  },
);

t.test('packets of another connection, incarnation or stream are turned away', async (t) => {
  const receiver = after(1);
  t.same(brief(receiver.data(data(2, { connection: 9 }), 'a')), ['reset 9']);
  t.same(brief(receiver.data(data(2, { epoch: EPOCH - 1 }), 'a')), ['reset 1']);
  t.same(brief(receiver.data(data(2, { stream: 'other' }), 'a')), ['reset 1']);
  t.same(brief(receiver.data(data(2, { session: 2 }), 'a')), ['reset 1']);
});

t.test('to open again is to get the same connection', async (t) => {
  const receiver = after(2);
  t.same(brief(receiver.open(open(), 'a')), ['opened 1 2..6']);
});

t.test('the next session of a durable stream goes on, the former one is silent', async (t) => {
  const receiver = after(3);
  const next = open({ session: 2, first: 2, last: 5 });
  t.same(brief(receiver.open(next, 'b')), ['watch s 2', 'opened 2 3..7']);
  t.same(brief(receiver.open(open(), 'a')), []);
  t.same(brief(receiver.data(data(4), 'a')), []);
  receiver.gone('s', 1);
  t.same(brief(receiver.data(data(4, { session: 2, connection: 2 }), 'b')), ['handle m4']);
});

t.test('a stream whose numbers are given out anew begins anew', async (t) => {
  const forgotten = after(3).open(open({ session: 2, first: 1, last: 2 }), 'b');
  t.same(brief(forgotten), ['watch s 2', 'opened 2 0..4'], 'the journal has lost its end');
  const plain = after(3, { durable: false });
  t.same(brief(plain.open(open({ session: 2, durable: false }), 'b')), [
    'watch s 2',
    'opened 2 0..4',
  ]);
});

t.test('a durable stream is remembered without its sender, another one is not', async (t) => {
  const receiver = after(3);
  receiver.gone('s', 1);
  t.same(brief(receiver.data(data(4), 'a')), ['reset 1'], 'its last words are turned away');
  t.same(brief(receiver.open(open({ session: 2, first: 4 }), 'b')), ['watch s 2', 'opened 2 3..7']);
  const plain = after(3, { durable: false });
  plain.gone('s', 1);
  t.equal(plain.streamCount, 0);
});

t.test('of the streams without a sender the one that ended first is forgotten first', async (t) => {
  const receiver = make(2);
  for (const stream of ['a', 'b', 'c']) receiver.open(open({ stream }), stream);
  for (const stream of ['b', 'a', 'c']) receiver.gone(stream, 1);
  t.equal(receiver.streamCount, 2);
  receiver.open(open({ stream: 'a', session: 2 }), 'a');
  receiver.open(open({ stream: 'd' }), 'd');
  receiver.gone('d', 1);
  t.equal(receiver.streamCount, 3, 'one that has come back does not count');
});

t.test('at its end the receiver tells those who send', async (t) => {
  const receiver = after(1);
  receiver.open(open({ stream: 'other' }), 'b');
  receiver.gone('other', 1);
  t.same(brief(receiver.close()), ['reset 1']);
});

t.test('two messages in hand, or none that was handled, are defects', async (t) => {
  const receiver = after(0);
  t.throws(() => receiver.handled(), { code: 'ERR_INVARIANT' });
  t.throws(() => receiver.postponed(), { code: 'ERR_INVARIANT' });
  receiver.data(data(1), 'a');
  t.throws(() => receiver.data(data(2), 'a'), { code: 'ERR_INVARIANT' });
});
