import t, { type Test } from 'tap';
import type { ActorSystem } from '../../runtime/index.js';
import { Blockade } from '../support/blocking.js';
import { assertConserved } from '../support/conservation.js';
import { nextEvent } from '../support/events.js';
import { PAIRS } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import { Backlog } from './fixtures/backlog.js';
import { Latch } from './fixtures/latch.js';
import { KINDS, type Kind, Sink, Source } from './fixtures/stream.js';

const PROMISE = 'at most once, and in order from one sender to one receiver';
const MIB = 2 ** 20;

interface Run {
  readonly kinds: readonly Kind[];
  readonly count: number;
  readonly largeBytes?: number;
}

/** One sender, one receiver: what arrives is what was sent, once each, in that order. */
async function assertOrder(
  t: Test,
  system: ActorSystem,
  from: number,
  to: number,
  run: Run,
): Promise<void> {
  const { kinds, count, largeBytes = MIB } = run;
  const sink = system.spawn(Sink, undefined, { placement: to });
  const source = system.spawn(Source, undefined, { placement: from });
  const burst = { type: 'burst', to: sink, kinds, first: 0, count, largeBytes } as const;
  t.equal(await source.ask(burst, { timeoutMs: 20_000 }), 0, 'nothing was refused');
  const { numbers, wrong } = await sink.ask({ type: 'seen', count }, { timeoutMs: 20_000 });
  t.same(wrong, [], 'every message is whole');
  t.equal(numbers.length, count, 'once each');
  const misplaced = numbers.findIndex((n, index) => n !== index);
  t.equal(misplaced, -1, 'in order');
  await assertConserved(t, system);
}

t.test(`${PROMISE}, whatever the path`, async (t) => {
  const system = await startSystem(t);
  const runs: Readonly<Record<string, Run>> = {
    'small messages': { kinds: ['small'], count: 20_000 },
    'large messages in fragments, between small ones': {
      kinds: ['small', 'large', 'small', 'text'],
      count: 40,
    },
    'buffers that are transferred': { kinds: ['buffer', 'small'], count: 400 },
    'ports that are transferred': { kinds: ['port', 'small'], count: 100 },
    'tells, asks and sends': { kinds: ['small', 'ask', 'send', 'text'], count: 2000 },
  };
  for (const { where, from, to } of PAIRS) {
    for (const [what, run] of Object.entries(runs)) {
      await t.test(`${what}, ${where}`, async (t) => assertOrder(t, system, from, to, run));
    }
  }
});

t.test(`${PROMISE}, also when a tiny ring overflows with messages of all kinds`, async (t) => {
  const system = await startSystem(t, { ringBytes: 4096 });
  for (const { where, from, to } of PAIRS) {
    await t.test(where, async (t) =>
      assertOrder(t, system, from, to, { kinds: KINDS, count: 1400, largeBytes: 20_000 }),
    );
  }
});

t.test(`${PROMISE}: many senders, each in its own order`, async (t) => {
  const system = await startSystem(t, { ringBytes: 8192 });
  const sink = system.spawn(Sink, undefined, { placement: 2 });
  const senderCount = 6;
  const perSender = 1000;
  const bursts = Array.from({ length: senderCount }, (_, index) =>
    system.spawn(Source, undefined, { placement: index % 3 }).ask({
      type: 'burst',
      to: sink,
      kinds: ['small', 'text', 'ask'],
      first: index * perSender,
      count: perSender,
      largeBytes: 0,
    }),
  );
  t.same(await Promise.all(bursts), Array(senderCount).fill(0));
  const count = senderCount * perSender;
  const { numbers, wrong } = await sink.ask({ type: 'seen', count });
  t.same(wrong, []);
  t.equal(new Set(numbers).size, count, 'once each');
  for (let sender = 0; sender < senderCount; sender++) {
    const own = numbers.filter((n) => Math.floor(n / perSender) === sender);
    t.same(
      own,
      Array.from({ length: perSender }, (_, n) => sender * perSender + n),
    );
  }
  await assertConserved(t, system);
});

t.test(
  `${PROMISE}, for a receiver whose code is loaded only after the first message`,
  async (t) => {
    const system = await startSystem(t);
    const sink = system.spawn(Sink, undefined, { placement: 1 });
    for (let n = 0; n < 1000; n++) sink.tell({ type: 'small', n });
    const { numbers } = await sink.ask({ type: 'seen', count: 1000 });
    t.same(
      numbers,
      Array.from({ length: 1000 }, (_, n) => n),
    );
  },
);

t.test('sent = handled + dead-lettered + still queued, at every moment of rest', async (t) => {
  const system = await startSystem(t, { ringBytes: 4096 });
  const latch = system.spawn(Latch, undefined, { placement: 0 });
  const targets = [0, 1, 2].map((placement) => system.spawn(Backlog, {}, { placement }));
  for (const target of targets) target.tell({ type: 'hold', latch });
  await latch.ask({ type: 'arrivals', count: 3 });
  const lies = (queuedCount: number) => () => {
    const { total, deadLetters, queued } = system.metrics();
    return queued === queuedCount && total.sent === total.handled + deadLetters + queued;
  };
  for (const target of targets) for (let n = 0; n < 1000; n++) target.tell({ type: 'item', n });
  await until('all lie in the mailboxes', lies(3000));
  latch.tell({ type: 'open' });
  await until('all is handled', lies(0));
  // Now in rings and overflow queues: the receiver reads nothing.
  const blockade = new Blockade();
  targets[1]!.tell({ type: 'block', words: blockade.words });
  await blockade.entered();
  for (let n = 0; n < 1000; n++) targets[1]!.tell({ type: 'item', n });
  await until('all wait for the blocked thread', lies(1000));
  blockade.lift();
  await assertConserved(t, system);
});

t.test(
  'a fault that makes a count unknowable (a killed thread) says how many at most',
  async (t) => {
    const system = await startSystem(t);
    const latch = system.spawn(Latch, undefined, { placement: 0 });
    const target = system.spawn(Backlog, {}, { placement: 1 });
    target.tell({ type: 'hold', latch });
    await latch.ask({ type: 'arrivals', count: 1 });
    for (let n = 0; n < 500; n++) target.tell({ type: 'item', n });
    await until('all lie in its mailbox', () => system.metrics().total.received >= 501);
    const died = nextEvent(system, 'thread-died');
    const replaced = nextEvent(system, 'thread-replaced');
    system.killThread(1);
    const { thread, lostAtMost } = await died;
    t.equal(thread, 1);
    t.ok(lostAtMost >= 500, `${lostAtMost} covers the 500 in the mailbox`);
    t.ok(lostAtMost <= 510, 'and not much more');
    await replaced;
    t.same(await target.ask({ type: 'handled' }), [], 'the mailbox went with the thread');
    const { total, deadLetters } = system.metrics();
    const missing = total.sent - total.handled - deadLetters;
    t.ok(missing >= 0 && missing <= total.lostAtMost, `${missing} of at most ${total.lostAtMost}`);
  },
);
