import t from 'tap';
import type { Random } from '../../runtime/base/random.js';
import { DeliverySender, type SenderEffect } from '../../runtime/delivery/delivery-sender.js';
import type { AckPacket, OpenedPacket } from '../../runtime/delivery/packets.js';
import { resolveBackoff } from '../../runtime/supervision/backoff.js';

const NO_CHANCE: Random = { next: () => 0 };
const SESSION = 3;

function make(options: { capacityCount?: number; confirmedThrough?: number } = {}) {
  return new DeliverySender<string>(
    {
      stream: 's',
      session: SESSION,
      durable: true,
      capacityCount: 10,
      resend: resolveBackoff({ minMs: 100, maxMs: 1000 }, 'resend'),
      confirmedThrough: 0,
      ...options,
    },
    NO_CHANCE,
  );
}

function opened(fields: Partial<OpenedPacket> = {}): OpenedPacket {
  const base = { session: SESSION, epoch: 0, connection: 1, handledThrough: 0, grantThrough: 3 };
  return { kind: 'opened', ...base, ...fields };
}

function ack(fields: Partial<AckPacket> = {}): AckPacket {
  return { ...opened(), kind: 'ack', resend: false, ...fields };
}

/** Effects in short: `open 1-2`, `2`, `probe 2/5`, `confirmed 3`, `timer 100`. */
function brief(effects: readonly SenderEffect<string>[] | string): string[] {
  if (typeof effects === 'string') return [effects];
  return effects.map((effect) => {
    if (effect.type === 'confirmed') return `confirmed ${effect.through}`;
    if (effect.type === 'start-timer') return `timer ${effect.delayMs}`;
    if (effect.type === 'abandoned') return 'abandoned';
    const { packet } = effect;
    if (packet.kind === 'open') return `open ${packet.first}-${packet.last}`;
    const { sequence, probeThrough, message } = packet;
    if (probeThrough > 0) return `probe ${sequence}/${probeThrough}`;
    return message === null ? `hole ${sequence}` : String(sequence);
  });
}

/** A sender with an open connection and so many messages sent or waiting. */
function connected(count: number, capacityCount = 10): DeliverySender<string> {
  const sender = make({ capacityCount });
  for (let n = 1; n <= count; n++) sender.send(`m${n}`);
  sender.receive(opened());
  return sender;
}

t.test('the first message asks for a connection, and what is granted follows', async (t) => {
  const sender = make();
  t.same(brief(sender.send('a')), ['open 1-1', 'timer 100']);
  t.same(brief(sender.send('b')), []);
  t.same(brief(sender.receive(opened({ grantThrough: 1 }))), ['1']);
  t.same(brief(sender.receive(ack({ handledThrough: 1, grantThrough: 2 }))), ['confirmed 1', '2']);
});

t.test('nothing goes beyond the grant', async (t) => {
  const sender = connected(5);
  t.same(brief(sender.send('f')), []);
  t.same(brief(sender.receive(ack({ handledThrough: 2, grantThrough: 5 }))), [
    'confirmed 2',
    '4',
    '5',
  ]);
});

t.test('a full buffer is a value', async (t) => {
  const sender = connected(2, 2);
  t.equal(sender.send('c'), 'full');
  sender.receive(ack({ handledThrough: 1 }));
  t.same(brief(sender.send('c')), ['3']);
});

t.test('silence is met with open, then with a probe, at growing intervals', async (t) => {
  const sender = make();
  sender.send('a');
  t.same(brief(sender.timer()), ['open 1-1', 'timer 200']);
  t.same(brief(sender.timer()), ['open 1-1', 'timer 400']);
  sender.receive(opened());
  t.same(brief(sender.timer()), ['timer 100'], 'there was news');
  t.same(brief(sender.timer()), ['probe 1/1', 'timer 200']);
  t.same(brief(sender.timer()), ['probe 1/1', 'timer 400']);
  sender.receive(ack({ handledThrough: 1 }));
  t.same(brief(sender.timer()), [], 'nothing is awaited any more');
  t.same(brief(sender.send('b')), ['2', 'timer 100']);
});

t.test('a probe goes out even where nothing is granted, and counts as sent', async (t) => {
  const sender = make();
  sender.send('a');
  sender.receive(opened({ grantThrough: 0 }));
  sender.timer();
  t.same(brief(sender.timer()), ['probe 1/1', 'timer 200']);
  t.same(brief(sender.receive(ack({ grantThrough: 3 }))), [], 'not sent twice');
});

t.test('what is missing is sent again from there on, once for each request', async (t) => {
  const sender = connected(3);
  t.same(brief(sender.receive(ack({ handledThrough: 1, resend: true }))), [
    'confirmed 1',
    '2',
    '3',
  ]);
  sender.receive(ack({ handledThrough: 2 }));
  const late = ack({ handledThrough: 1, resend: true });
  t.same(brief(sender.receive(late)), [], 'an outdated request');
});

t.test('a new incarnation of the receiver gets all that is not confirmed', async (t) => {
  const sender = connected(3);
  sender.receive(ack({ handledThrough: 1 }));
  const reset = { kind: 'reset', session: SESSION, epoch: 0, connection: 1 } as const;
  t.same(brief(sender.receive(reset)), ['open 2-3']);
  t.equal(sender.state, 'opening');
  t.same(brief(sender.receive(reset)), [], 'said twice');
  t.same(brief(sender.receive(opened())), [], 'the former connection is over');
  const next = opened({ epoch: 1, handledThrough: 1, grantThrough: 9 });
  t.same(brief(sender.receive(next)), ['2', '3']);
  t.same(brief(sender.receive(opened({ connection: 7 }))), [], 'of a former incarnation');
  t.same(brief(sender.receive({ ...reset, connection: 5 })), []);
  t.equal(sender.state, 'open');
});

t.test('what a former incarnation has handled is confirmed, but it grants nothing', async (t) => {
  const sender = connected(5);
  sender.receive(opened({ epoch: 1, grantThrough: 3 }));
  t.same(brief(sender.receive(ack({ handledThrough: 2, grantThrough: 5, resend: true }))), [
    'confirmed 2',
  ]);
  const narrow = connected(5);
  narrow.receive(opened({ epoch: 1, grantThrough: 1 }));
  narrow.receive(ack({ handledThrough: 2 }));
  const granted = ack({ epoch: 1, handledThrough: 2, grantThrough: 4 });
  t.same(brief(narrow.receive(granted)), ['3', '4'], 'it is not sent either');
});

t.test('packets for another session are ignored', async (t) => {
  const sender = connected(3);
  t.same(brief(sender.receive(ack({ session: SESSION - 1, handledThrough: 3 }))), []);
  t.same(brief(sender.receive(opened({ session: SESSION - 1, epoch: 5 }))), []);
});

t.test('when the receiver is gone all is given up, for good', async (t) => {
  const sender = connected(3);
  t.same(brief(sender.receiverGone()), ['abandoned']);
  t.same(brief(sender.receiverGone()), []);
  t.equal(sender.send('d'), 'gone');
  t.same(brief(sender.receive(opened({ epoch: 1 }))), []);
  t.same(brief(sender.timer()), []);
  t.equal(sender.unconfirmedCount, 0);
});

t.test('a session that goes on says all its numbers from the first packet on', async (t) => {
  const sender = make({ confirmedThrough: 4, capacityCount: 2 });
  for (const message of ['e', null, 'g']) sender.restore(message);
  t.equal(sender.last, 7, 'beyond the capacity, too');
  t.same(brief(sender.start()), ['open 5-7', 'timer 100']);
  t.same(brief(sender.receive(opened({ handledThrough: 4, grantThrough: 9 }))), [
    '5',
    'hole 6',
    '7',
  ]);
  t.same(brief(make().start()), [], 'nothing to begin with');
});

t.test('a withdrawn message leaves its number to nothing', async (t) => {
  const sender = connected(3);
  sender.withdraw(2);
  t.same(brief(sender.receive(ack({ resend: true }))), ['1', 'hole 2', '3']);
});

t.test('a receiver that confirms what was never sent is a defect', async (t) => {
  const sender = connected(3);
  t.throws(() => sender.receive(ack({ handledThrough: 4 })), { code: 'ERR_INVARIANT' });
});
