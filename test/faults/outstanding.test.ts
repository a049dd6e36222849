import t from 'tap';
import { ActorSystem } from '../../runtime/index.js';
import { conserves, eventually, limited } from '../contract/fixtures-b/kit.js';
import { Alarm } from './support/alarm.js';
import { Speaker } from './support/crowd.js';
import { Holder } from './support/holder.js';
import { mib, ms, scaled } from './support/scale.js';
import { startFor } from './support/started.js';
import { Witness } from './support/witness.js';

const ASKS = scaled(20_000, 1_000_000);
const TIMERS = scaled(100_000, 1_000_000);
const SENDERS = scaled(1000, 10_000);
const EACH_COUNT = scaled(50, 100);
/** Asks that go out before their receiver is waited for. */
const BATCH_COUNT = 5000;
/** Longest time that a full form may take. */
const LIMIT_MS = scaled(20_000, 300_000);

for (const placement of [0, 1]) {
  t.test(
    `${ASKS} asks are outstanding at a time, to thread ${placement}: each gets its own answer`,
    async (t) => {
      const { system } = await startFor(t);
      const { asks } = ActorSystem.internals(system).main.thread;
      const holder = system.spawn(Holder, null, { placement, mailbox: { capacity: 2 ** 22 } });
      await holder.ask({ type: 'held' });
      const beforeBytes = process.memoryUsage.rss();
      const began = performance.now();
      let right = 0;
      const answers: Promise<void>[] = [];
      for (let n = 0; n < ASKS; n++) {
        const answer = holder.ask({ type: 'wait', n }, { timeoutMs: LIMIT_MS });
        answers.push(
          answer.then((is) => {
            if (is === n) right++;
          }),
        );
        if (n % BATCH_COUNT === 0) await holder.ask({ type: 'held' });
      }
      t.equal(await holder.ask({ type: 'held' }), ASKS);
      // Beside them the runtime may just ask the target how it does.
      t.ok(asks.size >= ASKS && asks.size <= ASKS + 1, `${asks.size} are open`);
      t.equal(right, 0);
      const askedMs = performance.now() - began;
      const grownBytes = process.memoryUsage.rss() - beforeBytes;
      const other = system.spawn(Witness, {}, { placement });
      t.equal(
        (await other.ask({ type: 'report' })).incarnation,
        0,
        'others are answered meanwhile',
      );

      const released = performance.now();
      holder.tell({ type: 'release' });
      await limited('all answers', Promise.all(answers), LIMIT_MS);
      t.equal(right, ASKS);
      await eventually('no ask is open', () => asks.size === 0);
      t.equal(system.metrics().total.askTimeouts, 0);
      t.ok(conserves(system).holds, conserves(system).says);
      t.comment(
        `${ASKS} asks to thread ${placement}: asked in ${ms(askedMs)}, answered in ` +
          `${ms(performance.now() - released)}; ${mib(grownBytes)} while open`,
      );
      t.match(await system.stop(), { clean: true });
    },
  );
}

t.test(
  `${ASKS} asks that nobody answers all end by their deadline or with their system`,
  async (t) => {
    const { system } = await startFor(t);
    const { asks } = ActorSystem.internals(system).main.thread;
    const holder = system.spawn(Holder, null, { placement: 1, mailbox: { capacity: 2 ** 22 } });
    const codes = new Map<string, number>();
    const all: Promise<void>[] = [];
    for (let n = 0; n < ASKS; n++) {
      const timeoutMs = n % 2 === 0 ? 100 : LIMIT_MS;
      all.push(
        holder.ask({ type: 'wait', n }, { timeoutMs }).then(
          () => {},
          ({ code }: { code: string }) => void codes.set(code, (codes.get(code) ?? 0) + 1),
        ),
      );
      if (n % BATCH_COUNT === 0) await holder.ask({ type: 'held' });
    }
    await eventually('half of them have timed out', () => asks.size === ASKS / 2, LIMIT_MS);
    t.equal(system.metrics().total.askTimeouts, ASKS / 2);
    const began = performance.now();
    const report = await system.stop({ deadlineMs: 500 });
    t.match(report, { alive: [], killedThreads: [] });
    await limited('the end of all asks', Promise.all(all));
    t.same(Object.fromEntries(codes), { ERR_ASK_TIMEOUT: ASKS / 2, ERR_STOPPED: ASKS / 2 });
    t.comment(`a stop with ${ASKS / 2} open asks and 500 ms: ${ms(performance.now() - began)}`);
  },
);

t.test(`${TIMERS} timers of one actor fire once each, none of them early`, async (t) => {
  const { system } = await startFor(t);
  const withinMs = scaled(1000, 10_000);
  const alarm = system.spawn(Alarm, null, { placement: 1 });
  const other = system.spawn(Witness, {}, { placement: 1 });
  const timeoutMs = LIMIT_MS;
  const began = performance.now();
  t.equal(await alarm.ask({ type: 'arm', count: TIMERS, withinMs }, { timeoutMs }), TIMERS);
  const armedMs = performance.now() - began;
  await eventually(
    'all have fired',
    async () => {
      await other.ask({ type: 'report' }, { timeoutMs });
      return (await alarm.ask({ type: 'heard' }, { timeoutMs })).count >= TIMERS;
    },
    LIMIT_MS,
  );
  const heard = await alarm.ask({ type: 'heard' });
  t.match(heard, { count: TIMERS, again: 0, early: 0 });
  t.comment(
    `${TIMERS} timers armed in ${ms(armedMs)}, the latest ${ms(heard.latestMs)} behind its time`,
  );
  t.ok(conserves(system).holds, conserves(system).says);
  t.match(await system.stop(), { clean: true });
});

t.test(`${TIMERS} timers that are cancelled, or whose actor ends, never fire`, async (t) => {
  const { system } = await startFor(t);
  const timeoutMs = LIMIT_MS;
  const arm = { type: 'arm', count: TIMERS, withinMs: 2000 } as const;
  const cancelled = system.spawn(Alarm, null, { placement: 1 });
  const ended = system.spawn(Alarm, null, { placement: 2 });
  await Promise.all([cancelled, ended].map((alarm) => alarm.ask(arm, { timeoutMs })));
  const began = performance.now();
  cancelled.tell({ type: 'cancel', count: TIMERS });
  const { count } = await cancelled.ask({ type: 'heard' }, { timeoutMs });
  const cancelledMs = performance.now() - began;
  const stopping = performance.now();
  await system.stopActor(ended);
  const endedMs = performance.now() - stopping;
  // A timer of another actor that is due after all of them.
  const last = system.spawn(Alarm, null, { placement: 1 });
  await last.ask({ type: 'arm', count: 1, withinMs: 1 });
  await eventually('a later timer has fired', async () => {
    return (await last.ask({ type: 'heard' })).count === 1;
  });
  t.equal((await cancelled.ask({ type: 'heard' })).count, count, 'none after the cancel');
  t.comment(
    `${TIMERS} timers cancelled in ${ms(cancelledMs)}, an actor with as many stopped in ${ms(endedMs)}`,
  );
  t.match(await system.stop(), { clean: true });
});

t.test(
  `a fan-in of ${SENDERS} senders on three threads: all arrive, in the order of each`,
  async (t) => {
    const { system } = await startFor(t, { overflowMessages: 2 ** 22, overflowBytes: 2 ** 30 });
    const target = system.spawn(Witness, {}, { placement: 1, mailbox: { capacity: 2 ** 22 } });
    const speakers = Array.from({ length: SENDERS }, (_, id) =>
      system.spawn(Speaker, { id, target, count: EACH_COUNT }, { placement: id % 3 }),
    );
    const began = performance.now();
    for (const speaker of speakers) speaker.tell({ type: 'speak' });
    const count = SENDERS * EACH_COUNT;
    const timeoutMs = LIMIT_MS;
    await eventually(
      'all have arrived',
      async () => (await target.ask({ type: 'report' }, { timeoutMs })).seenCount === count,
      LIMIT_MS,
    );
    const tookMs = performance.now() - began;
    t.match(await target.ask({ type: 'report' }), {
      gapCount: 0,
      disorderCount: 0,
      incarnation: 0,
    });
    t.ok(conserves(system).holds, conserves(system).says);
    const stopping = performance.now();
    t.match(await system.stop({ deadlineMs: LIMIT_MS }), { clean: true });
    t.comment(
      `${SENDERS} senders, ${count} messages in ${ms(tookMs)}; stopped in ${ms(performance.now() - stopping)}`,
    );
  },
);
