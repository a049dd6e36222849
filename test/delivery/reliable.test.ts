import t from 'tap';
import {
  type ActorSystem,
  type DeliveryKey,
  DeliveryLog,
  defineReliableActor,
  reliable,
} from '../../runtime/index.js';
import { assertConserved } from '../support/conservation.js';
import { assertTroupeError, rejection, thrown } from '../support/errors.js';
import { nextEvent } from '../support/events.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import { Book, Clerk, type ClerkRef, Courier } from './fixtures/shop.js';

const RESEND = { minMs: 20, maxMs: 200 };

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function shop(system: ActorSystem, placement: number, mailbox = {}) {
  const book = system.spawn(Book, undefined, { placement: 0 });
  const clerk: ClerkRef = system.spawn(Clerk, book, { placement, mailbox });
  const outbox = reliable(system, clerk, { resend: RESEND });
  return { book, clerk, outbox };
}

for (const { where, strict, placement } of [
  { where: 'on the same thread', strict: false, placement: 0 },
  { where: 'on the same thread of a strict system', strict: true, placement: 0 },
  { where: 'across threads', strict: false, placement: 1 },
]) {
  t.test(`every message is handled once, in order, ${where}`, async (t) => {
    const system = await startSystem(t, { strict });
    const { book, outbox } = shop(system, placement);
    const sends = upTo(500).map((n) => outbox.send({ type: n % 3 === 0 ? 'slow' : 'item', n }));
    await Promise.all(sends);
    const entries = await book.ask({ type: 'entries', count: 500 });
    t.same(
      entries.map(({ n }) => n),
      upTo(500),
    );
    t.same(
      entries.map(({ key }) => (key as DeliveryKey).sequence),
      upTo(500),
      'each has its key',
    );
    t.equal(new Set(entries.map(({ key }) => key?.stream)).size, 1);
    t.equal(outbox.pendingCount, 0);
    await assertConserved(t, system);
  });
}

t.test('a send resolves when the handler has completed, not before', async (t) => {
  const system = await startSystem(t);
  const { clerk, outbox } = shop(system, 1);
  await outbox.send({ type: 'item', n: 1 });
  t.equal(await clerk.ask({ type: 'count' }), 1);
});

t.test('a handler of the sender may await its sends', async (t) => {
  const system = await startSystem(t);
  const { book, clerk } = shop(system, 1);
  const courier = system.spawn(Courier, { to: clerk }, { placement: 2 });
  const message = { type: 'item', n: 1 } as const;
  t.equal(await courier.ask({ type: 'carry', message }), 'carried 1');
  t.equal((await book.ask({ type: 'entries', count: 1 })).length, 1);
});

t.test('the same actor takes told messages, which have no key', async (t) => {
  const system = await startSystem(t);
  const { book, clerk } = shop(system, 1);
  clerk.tell({ type: 'item', n: 1 });
  const [entry] = await book.ask({ type: 'entries', count: 1 });
  t.equal(entry?.key, undefined);
});

t.test('a message whose handler fails comes again, before those that follow it', async (t) => {
  for (const placement of [0, 1]) {
    const system = await startSystem(t);
    const { book, outbox } = shop(system, placement);
    const sends = upTo(40).map((n) => outbox.send({ type: n === 20 ? 'flaky' : 'item', n }));
    await Promise.all(sends);
    const entries = await book.ask({ type: 'entries', count: 40 });
    t.same(
      entries.map(({ n }) => n),
      upTo(40),
    );
    t.same(
      entries.map(({ incarnation }) => incarnation),
      upTo(40).map((n) => (n < 20 ? 0 : 1)),
    );
  }
});

t.test('a mailbox that is too small for the window loses nothing', async (t) => {
  for (const overflow of ['reject', 'drop-oldest', 'fail'] as const) {
    const system = await startSystem(t);
    const { book, outbox } = shop(system, 0, { capacity: 3, overflow });
    await Promise.all(upTo(60).map((n) => outbox.send({ type: 'item', n })));
    const entries = await book.ask({ type: 'entries', count: 60 });
    t.same(
      entries.map(({ n }) => n),
      upTo(60),
      overflow,
    );
  }
});

t.test('sends reject when the receiver ends for good, those to come too', async (t) => {
  const system = await startSystem(t);
  const { clerk, outbox } = shop(system, 1);
  const sent = rejection(outbox.send({ type: 'late', n: 1 }));
  await until('it is stashed', () => outbox.pendingCount === 1);
  await system.stopActor(clerk);
  assertTroupeError(t, await sent, 'ERR_NO_SUCH_ACTOR', /ended before it confirmed/);
  const next = outbox.send({ type: 'item', n: 2 });
  assertTroupeError(t, await rejection(next), 'ERR_NO_SUCH_ACTOR');
  t.equal(outbox.pendingCount, 0);
});

t.test('a send whose message ends the receiver for good rejects', async (t) => {
  const system = await startSystem(t);
  const { book } = shop(system, 1);
  const clerk = system.spawn(Clerk, book, { placement: 1, restart: 'temporary' });
  const outbox = reliable(system, clerk, { resend: RESEND });
  const error = await rejection(outbox.send({ type: 'flaky', n: 1 }));
  assertTroupeError(t, error, 'ERR_NO_SUCH_ACTOR');
});

t.test('a full outbox refuses an offer, and lets a send wait its turn', async (t) => {
  const system = await startSystem(t);
  const { book, clerk } = shop(system, 1);
  const outbox = reliable(system, clerk, { capacity: 2, resend: RESEND });
  const first = [outbox.offer({ type: 'item', n: 1 }), outbox.offer({ type: 'item', n: 2 })];
  t.equal(outbox.offer({ type: 'item', n: 99 }), undefined);
  const waiting = [outbox.send({ type: 'item', n: 3 }), outbox.send({ type: 'item', n: 4 })];
  t.equal(outbox.pendingCount, 2);
  await Promise.all([...first, ...waiting]);
  t.equal(outbox.pendingCount, 0);
  const entries = await book.ask({ type: 'entries', count: 4 });
  t.same(
    entries.map(({ n }) => n),
    upTo(4),
  );
});

t.test('a message that cannot be sent rejects, and those after it arrive', async (t) => {
  const system = await startSystem(t);
  const { clerk, outbox } = shop(system, 1);
  const bad = rejection(outbox.send({ type: 'data', value: () => 'a function' }));
  const good = outbox.send({ type: 'data', value: 1 });
  assertTroupeError(t, await bad, 'ERR_NOT_SENDABLE');
  await good;
  t.equal(await clerk.ask({ type: 'count' }), 1);
});

t.test('the same with a journal, which keeps only what can be sent', async (t) => {
  const system = await startSystem(t);
  const { clerk } = shop(system, 0);
  const log = system.spawn(DeliveryLog, {}, { placement: 1 });
  const outbox = reliable(system, clerk, {
    journal: { log, id: 'x' },
    capacity: 2,
    resend: RESEND,
  });
  const sends = [
    outbox.send({ type: 'data', value: 1 }),
    outbox.send({ type: 'data', value: () => 'a function' }),
    outbox.send({ type: 'data', value: 3 }),
  ];
  const [first, second, third] = await Promise.allSettled(sends);
  t.match([first, third], [{ status: 'fulfilled' }, { status: 'fulfilled' }]);
  t.match(second, { status: 'rejected', reason: { code: 'ERR_NOT_SENDABLE' } });
  t.equal(await clerk.ask({ type: 'count' }), 2);
  const { confirmedThrough, unconfirmed } = await log.ask({ type: 'open', id: 'x' });
  t.equal(confirmedThrough, 3);
  t.same(unconfirmed, []);
});

t.test('a stream that goes on with a smaller outbox lets new messages wait', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const { book, clerk } = shop(system, 0);
  const log = system.spawn(DeliveryLog, {});
  const { session } = await log.ask({ type: 'open', id: 'x' });
  for (const sequence of upTo(5)) {
    const message = { type: 'item', n: sequence };
    await log.ask({ type: 'append', id: 'x', session, sequence, message });
  }
  const outbox = reliable(system, clerk, {
    journal: { log, id: 'x' },
    capacity: 2,
    resend: RESEND,
  });
  await Promise.all([6, 7, 8].map((n) => outbox.send({ type: 'item', n })));
  const entries = await book.ask({ type: 'entries', count: 8 });
  t.same(
    entries.map(({ n }) => n),
    upTo(8),
  );
});

t.test(
  'a stashed message is confirmed when it is handled, and those after it follow',
  async (t) => {
    const system = await startSystem(t);
    const { book, clerk, outbox } = shop(system, 1);
    const sends = [outbox.send({ type: 'late', n: 1 }), outbox.send({ type: 'item', n: 2 })];
    await clerk.ask({ type: 'count' });
    t.equal(outbox.pendingCount, 2);
    clerk.tell({ type: 'open-late' });
    await Promise.all(sends);
    const entries = await book.ask({ type: 'entries', count: 2 });
    t.same(
      entries.map(({ n }) => n),
      [1, 2],
    );
  },
);

t.test('a reliable message cannot be forwarded', async (t) => {
  const system = await startSystem(t);
  const { book } = shop(system, 0);
  const clerk = system.spawn(Clerk, book, { placement: 0, restart: 'temporary' });
  const failed = nextEvent(system, 'actor-failed');
  const outbox = reliable(system, clerk, { resend: RESEND });
  const sent = rejection(outbox.send({ type: 'pass-on' }));
  t.match((await failed).error, { code: 'ERR_CONTEXT', message: /forwarded/ });
  assertTroupeError(t, await sent, 'ERR_NO_SUCH_ACTOR');
});

t.test('options outside their range and an interleaving receiver are refused', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const { book, clerk } = shop(system, 0);
  const options = (value: object) => thrown(() => reliable(system, clerk, value));
  assertTroupeError(t, options({ capacity: 0 }), 'ERR_OPTION', /reliable\.capacity/);
  assertTroupeError(t, options({ resend: { minMs: 5, maxMs: 1 } }), 'ERR_OPTION', /maxMs/);
  const journal = { log: book, id: '' };
  assertTroupeError(t, options({ journal }), 'ERR_OPTION', /journal\.id/);
  const define = (value: object) => () =>
    defineReliableActor<{ type: 'x' }>()({
      module: import.meta.url,
      name: 'Odd',
      init: () => null,
      handlers: { x: () => {} },
      ...value,
    });
  const interleave = define({ turn: 'interleave' });
  assertTroupeError(t, thrown(interleave), 'ERR_DEFINITION', /one at a time/);
  assertTroupeError(t, thrown(define({ delivery: { window: 0 } })), 'ERR_OPTION', /Odd/);
});
