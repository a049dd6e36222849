import t, { type Test } from 'tap';
import type { SpawnOptions } from '../../runtime/index.js';
import { Blockade } from '../support/blocking.js';
import { assertConserved, deadLetters } from '../support/conservation.js';
import { assertTroupeError, rejection, thrown } from '../support/errors.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { until, untilAsync } from '../support/turns.js';
import { Backlog, Urgent } from './fixtures/backlog.js';
import { Latch } from './fixtures/latch.js';

const item = (n: number) => ({ type: 'item', n }) as const;

/** An actor that holds its turn, so that what is sent stays in its mailbox. */
async function setUp(
  t: Test,
  placement: number,
  mailbox: NonNullable<SpawnOptions['mailbox']>,
  definition: typeof Backlog = Backlog,
) {
  const system = await startSystem(t);
  const latch = system.spawn(Latch, undefined, { placement: 0 });
  const target = system.spawn(definition, {}, { placement, mailbox });
  target.tell({ type: 'hold', latch });
  await latch.ask({ type: 'arrivals', count: 1 });
  /** Opens the latch once that many lie in the mailbox, and says what was handled. */
  const handled = async (queuedCount: number): Promise<readonly string[]> => {
    await untilAsync(
      `${queuedCount} in the mailbox`,
      async () => (await system.inspect(target))?.queued === queuedCount,
    );
    latch.tell({ type: 'open' });
    await untilAsync('all is handled', async () => (await system.inspect(target))?.queued === 0);
    const answer = await target.ask({ type: 'handled' });
    await assertConserved(t, system);
    return answer;
  };
  return { system, latch, target, handled };
}

for (const { where, placement } of PLACES) {
  t.test(`bounded by default: 65,536 messages, ${where}`, async (t) => {
    const { system, target, handled } = await setUp(t, placement, {});
    const answers = new Set<boolean>();
    // In two parts, so that none of them waits in the overflow queue of the sender's thread.
    for (let n = 0; n < 40_000; n++) answers.add(target.tell(item(n)));
    await target.send(item(40_000));
    for (let n = 40_001; n < 65_536; n++) answers.add(target.tell(item(n)));
    t.same([...answers], [true]);
    await target.send(item(-1)).catch((error: unknown) => {
      assertTroupeError(t, error, 'ERR_MAILBOX_FULL', "'item'", 'mailbox-full', 'mend');
    });
    const refused = Array.from({ length: 10 }, () => target.tell(item(-1)));
    t.same(new Set(refused), new Set([placement !== 0]), 'known at once only on the same thread');
    await until('all are counted', () => deadLetters(system, 'mailbox-full') === 11);
    t.equal((await handled(65_536)).length, 65_536);
  });

  t.test(`reject refuses the newest, ${where}`, async (t) => {
    const { target, handled, system } = await setUp(t, placement, { capacity: 3 });
    for (let n = 0; n < 5; n++) target.tell(item(n));
    await until('two are refused', () => deadLetters(system, 'mailbox-full') === 2);
    t.same(await handled(3), ['item 0', 'item 1', 'item 2']);
  });

  t.test(`drop-oldest drops the oldest, ${where}`, async (t) => {
    const mailbox = { capacity: 3, overflow: 'drop-oldest' } as const;
    const { target, handled, system } = await setUp(t, placement, mailbox);
    const answers = [0, 1, 2, 3, 4].map((n) => target.tell(item(n)));
    t.same(answers, [true, true, true, true, true]);
    await until('two have gone', () => deadLetters(system, 'evicted') === 2);
    t.same(await handled(3), ['item 2', 'item 3', 'item 4']);
  });

  t.test(`fail fails the sender's call, ${where}`, async (t) => {
    const mailbox = { capacity: 2, overflow: 'fail' } as const;
    const { target, handled, system } = await setUp(t, placement, mailbox);
    await target.send(item(0));
    await target.send(item(1));
    if (placement === 0) {
      const error = thrown(() => target.tell(item(2)));
      assertTroupeError(t, error, 'ERR_MAILBOX_FULL', 'holds 2 of 2 messages', 'Backlog', 'mend');
    } else {
      // The sender is elsewhere: nobody innocent is thrown at, it is a dead letter.
      t.equal(target.tell(item(2)), true);
    }
    assertTroupeError(t, await rejection(target.send(item(3))), 'ERR_MAILBOX_FULL');
    assertTroupeError(t, await rejection(target.ask({ type: 'handled' })), 'ERR_MAILBOX_FULL');
    t.equal(deadLetters(system, 'mailbox-full'), 3);
    t.same(await handled(2), ['item 0', 'item 1']);
  });

  t.test(`wait lets the sender wait for room, in order, ${where}`, async (t) => {
    const mailbox = { capacity: 2, overflow: 'wait' } as const;
    const { target, latch, system } = await setUp(t, placement, mailbox);
    let doneCount = 0;
    const sends = Array.from({ length: 20 }, (_, n) =>
      target.send(item(n)).then(() => {
        doneCount++;
      }),
    );
    await untilAsync('it is full', async () => (await system.inspect(target))?.queued === 2);
    await until('two lie in it', () => doneCount === 2);
    t.equal(target.tell(item(-1)), placement !== 0, 'a tell does not wait: a dead letter');
    await until('it is counted', () => deadLetters(system, 'mailbox-full') === 1);
    t.equal(doneCount, 2, 'the others wait');
    latch.tell({ type: 'open' });
    await Promise.all(sends);
    await untilAsync('all is handled', async () => (await system.inspect(target))?.queued === 0);
    t.same(
      await target.ask({ type: 'handled' }),
      Array.from({ length: 20 }, (_, n) => `item ${n}`),
    );
    await assertConserved(t, system);
  });

  t.test(`a sender that waits may give up, ${where}`, async (t) => {
    const mailbox = { capacity: 1, overflow: 'wait' } as const;
    const { target, latch, system } = await setUp(t, placement, mailbox);
    await target.send(item(0));
    const controller = new AbortController();
    const aborted = rejection(target.send(item(1), { signal: controller.signal }));
    const late = rejection(target.send(item(2), { timeoutMs: 20 }));
    controller.abort();
    assertTroupeError(t, await aborted, 'ERR_ASK_ABORTED');
    assertTroupeError(t, await late, 'ERR_ASK_TIMEOUT');
    latch.tell({ type: 'open' });
    await assertConserved(t, system);
  });

  t.test(`while senders wait, the law counts their messages as queued, ${where}`, async (t) => {
    const mailbox = { capacity: 1, overflow: 'wait' } as const;
    const { target, latch, system } = await setUp(t, placement, mailbox);
    await target.send(item(0));
    const waiting = [1, 2, 3].map((n) => target.send(item(n)));
    const law = () => {
      const { total, deadLetters: dead, queued } = system.metrics();
      return total.sent === total.handled + dead + queued && queued === 4;
    };
    await until('sent = handled + dead-lettered + still queued', law);
    latch.tell({ type: 'open' });
    await Promise.all(waiting);
    await assertConserved(t, system);
  });

  t.test(`priority on request: the urgent first, equals in order, ${where}`, async (t) => {
    const { target, handled } = await setUp(t, placement, {}, Urgent);
    for (let n = 0; n < 3; n++) {
      target.tell(item(n));
      target.tell({ type: 'urgent', n });
    }
    t.same(await handled(6), ['urgent 0', 'urgent 1', 'urgent 2', 'item 0', 'item 1', 'item 2']);
  });

  t.test(`priority and drop-oldest: the least urgent gives way, ${where}`, async (t) => {
    const mailbox = { capacity: 3, overflow: 'drop-oldest' } as const;
    const { target, handled, system } = await setUp(t, placement, mailbox, Urgent);
    target.tell({ type: 'urgent', n: 0 });
    for (let n = 0; n < 3; n++) target.tell(item(n));
    target.tell({ type: 'urgent', n: 1 });
    await until('two have gone', () => deadLetters(system, 'evicted') === 2);
    t.same(await handled(3), ['urgent 0', 'urgent 1', 'item 2']);
  });

  t.test(`tell never throws because of the receiver, ${where}`, async (t) => {
    const system = await startSystem(t);
    const target = system.spawn(Backlog, {}, { placement });
    t.equal(target.tell({ type: 'no such type' } as never), true);
    target.tell({ type: 'crash' });
    await system.stopActor(target);
    t.equal(target.tell(item(1)), placement !== 0, 'false: it is a dead letter already');
    await assertConserved(t, system);
    await system.stop();
    t.equal(target.tell(item(2)), false);
    assertTroupeError(t, await rejection(target.ask({ type: 'handled' })), 'ERR_STOPPED');
    assertTroupeError(t, await rejection(target.send(item(3))), 'ERR_STOPPED');
    await assertConserved(t, system);
  });
}

t.test('tell never blocks a thread, and what waits for a ring is bounded', async (t) => {
  const system = await startSystem(t, { ringBytes: 4096, overflowMessages: 100 });
  const target = system.spawn(Backlog, {}, { placement: 1 });
  const blockade = new Blockade();
  target.tell({ type: 'block', words: blockade.words });
  await blockade.entered();
  const answers = Array.from({ length: 5000 }, (_, n) => target.tell(item(n)));
  const taken = answers.indexOf(false);
  t.ok(taken > 100 && taken < 400, `${taken} fit into the ring and its overflow queue`);
  t.notOk(answers.slice(taken).includes(true), 'the others are refused at once');
  assertTroupeError(
    t,
    await rejection(target.ask({ type: 'handled' })),
    'ERR_MAILBOX_FULL',
    'overflow-full',
    'overflowMessages',
  );
  t.equal(deadLetters(system, 'overflow-full'), 5000 - taken + 1);
  blockade.lift();
  await assertConserved(t, system);
  t.equal((await target.ask({ type: 'handled' })).length, taken, 'what was taken is delivered');
});

t.test('what waits for a ring is bounded in bytes, but one message always may', async (t) => {
  const system = await startSystem(t, { ringBytes: 4096, overflowBytes: 10_000 });
  const target = system.spawn(Backlog, {}, { placement: 1 });
  const blockade = new Blockade();
  target.tell({ type: 'block', words: blockade.words });
  await blockade.entered();
  const large = { type: 'item', n: 1, padding: 'x'.repeat(50_000) } as const;
  t.equal(target.tell(large), true, 'larger than the bound, and alone');
  t.equal(target.tell(large), false);
  blockade.lift();
  await assertConserved(t, system);
  t.equal((await target.ask({ type: 'handled' })).length, 1);
});
