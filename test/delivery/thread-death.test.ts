import t, { type Test } from 'tap';
import {
  type ActorRef,
  type ActorSystem,
  type DeliveryKey,
  DeliveryLog,
  reliable,
} from '../../runtime/index.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import {
  Book,
  type BookMessage,
  Clerk,
  Courier,
  type CourierMessage,
  type Entry,
} from './fixtures/shop.js';

const TOTAL = 3000;
const WINDOW = 16;

function start(t: Test): Promise<ActorSystem> {
  return startSystem(t, {
    threadIntensity: { intensity: 1000, periodMs: 1000 },
    supervision: { intensity: 1000 },
  });
}

/** Kills a thread and waits until it has been replaced. */
async function kill(system: ActorSystem, thread: number): Promise<void> {
  await until('the thread runs', () => system.aliveThreads.includes(thread));
  let isReplaced = false;
  system.events.on('thread-replaced', (event) => {
    if (event.thread === thread) isReplaced = true;
  });
  system.killThread(thread);
  await until('the thread is replaced', () => isReplaced);
}

/** Waits until so many messages have been handled. */
async function handled(book: ActorRef<BookMessage>, count: number): Promise<readonly Entry[]> {
  return book.ask({ type: 'entries', count }, { timeoutMs: 15_000 });
}

/** Nothing is missing, and nothing is handled before what comes before it. @returns repetitions */
function assertGapless(t: Test, entries: readonly Entry[], total: number): number {
  const seen = new Set<number>();
  let gaps = 0;
  for (const { n } of entries) {
    if (n > 1 && !seen.has(n - 1)) gaps++;
    seen.add(n);
  }
  t.equal(gaps, 0, 'none is handled before the one before it');
  t.equal(seen.size, total, 'all are handled');
  return entries.length - seen.size;
}

t.test('a stream outlives the thread of its receiver, without a gap', async (t) => {
  const system = await start(t);
  const book = system.spawn(Book, undefined, { placement: 0 });
  const clerk = system.spawn(Clerk, book, { placement: 1 });
  const outbox = reliable(system, clerk, { resend: { minMs: 20, maxMs: 200 }, capacity: TOTAL });
  const sends = Array.from({ length: TOTAL }, (_, index) =>
    outbox.send({ type: 'item', n: index + 1 }),
  );
  const deaths = 3;
  for (let death = 1; death <= deaths; death++) {
    await handled(book, death * 200);
    await kill(system, 1);
  }
  await Promise.all(sends);
  const entries = await handled(book, TOTAL);
  const repeated = assertGapless(t, entries, TOTAL);
  t.ok(repeated <= deaths * WINDOW, `${repeated} came again: at most a window for each death`);
  const keys = new Set(entries.map(({ key }) => `${key?.stream} ${key?.sequence}`));
  t.equal(keys.size, TOTAL, 'and under the same key, so that they can be told');
  t.equal(entries.at(-1)?.incarnation, deaths);
});

t.test(
  'with a journal elsewhere a stream outlives the thread of its sender, exactly once',
  async (t) => {
    const system = await start(t);
    const book = system.spawn(Book, undefined, { placement: 0 });
    const log = system.spawn(DeliveryLog, {}, { placement: 'main' });
    const clerk = system.spawn(Clerk, book, { placement: 1 });
    const journal = { log, id: 'courier' };
    const courier = system.spawn(Courier, { to: clerk, journal }, { placement: 2 });
    const deaths = 3;
    let handledCount = 0;
    for (let death = 1; death <= deaths; death++) {
      courier.tell({ type: 'burst', first: death * 10_000, count: 1000 });
      await handled(book, handledCount + 100);
      await kill(system, 2);
      await carry(courier, death * 10_000 + 5000);
      handledCount = (await handled(book, 0)).length;
    }
    const entries = await handled(book, 0);
    t.same(
      entries.map(({ key }) => key?.sequence),
      entries.map((_, index) => index + 1),
      'the whole stream, exactly once, in order',
    );
    assertPrefixes(t, entries, deaths);
  },
);

/** Resolves when a message has been handled: all of the stream before it have been, too. */
async function carry(courier: ActorRef<CourierMessage>, n: number): Promise<void> {
  await courier.ask({ type: 'carry', message: { type: 'item', n } }, { timeoutMs: 15_000 });
}

/** What had not reached the journal when its sender died is lost: never anything before something kept. */
function assertPrefixes(t: Test, entries: readonly Entry[], bursts: number): void {
  for (let burst = 1; burst <= bursts; burst++) {
    const first = burst * 10_000;
    const own = new Set(entries.map(({ n }) => n).filter((n) => n >= first && n < first + 1000));
    t.same(
      [...own],
      Array.from({ length: own.size }, (_, index) => first + index),
      `${own.size} of burst ${burst} were kept, the first ones`,
    );
    t.ok(own.size >= 100);
  }
}

t.test(
  'without a journal the death of the sender loses the rest and repeats nothing',
  async (t) => {
    const system = await start(t);
    const book = system.spawn(Book, undefined, { placement: 0 });
    const clerk = system.spawn(Clerk, book, { placement: 1 });
    const courier = system.spawn(Courier, { to: clerk }, { placement: 2 });
    courier.tell({ type: 'burst', first: 1, count: TOTAL });
    await handled(book, 100);
    await kill(system, 2);
    t.equal((await courier.ask({ type: 'state' })).incarnation, 1);
    t.equal(
      await courier.ask({ type: 'carry', message: { type: 'item', n: TOTAL + 1 } }),
      'carried 3001',
    );
    const entries = await handled(book, 0);
    const former = entries.map(({ n }) => n).filter((n) => n <= TOTAL);
    t.same(
      former,
      former.map((_, index) => index + 1),
      'a beginning of the stream, once, in order',
    );
    t.ok(
      entries.some(({ n }) => n > TOTAL),
      'and the next incarnation has a stream of its own',
    );
  },
);

t.test('with a journal a stream outlives the threads of both at once, without a gap', async (t) => {
  const system = await start(t);
  const book = system.spawn(Book, undefined, { placement: 0 });
  const log = system.spawn(DeliveryLog, {}, { placement: 'main' });
  const clerk = system.spawn(Clerk, book, { placement: 1 });
  const journal = { log, id: 'courier' };
  const courier = system.spawn(Courier, { to: clerk, journal }, { placement: 2 });
  courier.tell({ type: 'burst', first: 10_000, count: 1000 });
  await handled(book, 100);
  await Promise.all([kill(system, 1), kill(system, 2)]);
  await carry(courier, 20_000);
  const entries = await handled(book, 0);
  const sequences = entries.map(({ key }) => (key as DeliveryKey).sequence);
  const distinct = [...new Set(sequences)];
  t.same(
    distinct,
    distinct.map((_, index) => index + 1),
    'none is handled before the one before it',
  );
  t.ok(sequences.length - distinct.length <= WINDOW, 'at most a window came again');
  assertPrefixes(t, entries, 1);
});

t.test('a journal that dies ends its outbox, and the sender is told', async (t) => {
  const system = await start(t);
  const book = system.spawn(Book, undefined, { placement: 0 });
  const log = system.spawn(DeliveryLog, {}, { placement: 1 });
  const clerk = system.spawn(Clerk, book, { placement: 0 });
  const outbox = reliable(system, clerk, { journal: { log, id: 'x' } });
  await outbox.send({ type: 'item', n: 1 });
  await kill(system, 1);
  await t.rejects(outbox.send({ type: 'item', n: 2 }), { code: 'ERR_STOPPED' });
  await t.rejects(outbox.send({ type: 'item', n: 3 }), { code: 'ERR_STOPPED' });
  const next = reliable(system, clerk, { journal: { log, id: 'x' } });
  await next.send({ type: 'item', n: 4 });
  const entries = await handled(book, 2);
  t.same(
    entries.map(({ n }) => n),
    [1, 4],
    'the numbers of the new log are not taken for the old ones',
  );
});
