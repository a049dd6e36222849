import t, { type Test } from 'tap';
import { assertConserved, deadLetters } from '../support/conservation.js';
import { nextEvent } from '../support/events.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { untilAsync } from '../support/turns.js';
import { Clockwork } from './fixtures/clockwork.js';
import { Collector } from './fixtures/collector.js';
import { Latch } from './fixtures/latch.js';

async function setUp(t: Test, placement: number) {
  const system = await startSystem(t);
  const log = system.spawn(Collector, undefined, { placement });
  const latch = system.spawn(Latch, undefined, { placement: 0 });
  const clockwork = system.spawn(Clockwork, { log }, { placement });
  // At least so many: other timers may ring until it is seen.
  const queued = (count: number) =>
    untilAsync(
      `${count} in the mailbox`,
      async () => ((await system.inspect(clockwork))?.queued ?? -1) >= count,
    );
  return { system, log, latch, clockwork, queued };
}

for (const { where, placement } of PLACES) {
  t.test(`timers are keyed: a new one replaces that of the same key, ${where}`, async (t) => {
    const { system, log, latch, clockwork } = await setUp(t, placement);
    // Held first, so that both settings of the key are handled in one go.
    clockwork.tell({ type: 'hold', latch });
    clockwork.tell({ type: 'start', key: 'a', delayMs: 50, value: 'first' });
    clockwork.tell({ type: 'start', key: 'a', delayMs: 5, value: 'second' });
    clockwork.tell({ type: 'start', key: 'b', delayMs: 80, value: 'other' });
    await latch.ask({ type: 'arrivals', count: 1 });
    latch.tell({ type: 'open' });
    t.same(await log.ask({ type: 'take', count: 2 }), ['second in 0', 'other in 0']);
    await assertConserved(t, system);
  });

  t.test(`intervals ring again and again until cancelled, ${where}`, async (t) => {
    const { system, log, clockwork } = await setUp(t, placement);
    clockwork.tell({ type: 'repeat', key: 'a', intervalMs: 1, value: 'beat' });
    t.same(await log.ask({ type: 'take', count: 3 }), Array(3).fill('beat in 0'));
    clockwork.tell({ type: 'cancel', key: 'a' });
    clockwork.tell({ type: 'cancel', key: 'never set' });
    await clockwork.ask({ type: 'incarnation' });
    await assertConserved(t, system);
    const { length } = await log.ask({ type: 'take', count: 0 });
    clockwork.tell({ type: 'start', key: 'b', delayMs: 10, value: 'later' });
    const values = await log.ask({ type: 'take', count: length + 1 });
    t.same(values.slice(length), ['later in 0'], 'after the cancel it beats no more');
  });

  t.test(`a cancelled timer never fires, even when it is in the mailbox, ${where}`, async (t) => {
    const { system, log, latch, clockwork, queued } = await setUp(t, placement);
    clockwork.tell({ type: 'start', key: 'a', delayMs: 1, value: 'void' });
    clockwork.tell({ type: 'hold-then-cancel', latch, key: 'a' });
    await latch.ask({ type: 'arrivals', count: 1 });
    const early = (await log.ask({ type: 'take', count: 0 })).length;
    await queued(1 - early);
    latch.tell({ type: 'open' });
    await clockwork.ask({ type: 'incarnation' });
    await assertConserved(t, system);
    t.equal((await log.ask({ type: 'take', count: 0 })).length, early);
    t.equal(deadLetters(system, 'stale-timer'), 1 - early, 'it is counted');
  });

  t.test(`a replaced timer never fires, even when it is in the mailbox, ${where}`, async (t) => {
    const { system, log, latch, clockwork, queued } = await setUp(t, placement);
    clockwork.tell({ type: 'hold', latch });
    await latch.ask({ type: 'arrivals', count: 1 });
    const replacing = { type: 'hold-then-replace', latch, key: 'a', value: 'new' } as const;
    const second = system.spawn(Latch, undefined, { placement: 0 });
    clockwork.tell({ type: 'start', key: 'a', delayMs: 0, value: 'old' });
    clockwork.tell({ ...replacing, latch: second });
    latch.tell({ type: 'open' });
    await second.ask({ type: 'arrivals', count: 1 });
    await queued(1);
    second.tell({ type: 'open' });
    t.same(await log.ask({ type: 'take', count: 1 }), ['new in 0']);
    await assertConserved(t, system);
    t.equal(deadLetters(system, 'stale-timer'), 1);
  });

  t.test(`timers die with the incarnation and never fire into the next, ${where}`, async (t) => {
    const { system, log, latch, clockwork, queued } = await setUp(t, placement);
    clockwork.tell({ type: 'hold', latch });
    await latch.ask({ type: 'arrivals', count: 1 });
    const second = system.spawn(Latch, undefined, { placement: 0 });
    clockwork.tell({ type: 'start', key: 'in the mailbox', delayMs: 0, value: 'stale' });
    clockwork.tell({ type: 'start', key: 'running', delayMs: 20, value: 'stale' });
    clockwork.tell({ type: 'repeat', key: 'repeating', intervalMs: 20, value: 'stale' });
    clockwork.tell({ type: 'hold-then-crash', latch: second });
    latch.tell({ type: 'open' });
    await second.ask({ type: 'arrivals', count: 1 });
    await queued(1);
    second.tell({ type: 'open' });
    clockwork.tell({ type: 'start', key: 'in the mailbox', delayMs: 40, value: 'fresh' });
    const values = await log.ask({ type: 'take', count: 1 });
    t.equal(values.at(-1), 'fresh in 1');
    t.notOk(values.some((value) => String(value).endsWith('stale in 1')));
    await assertConserved(t, system);
    t.ok(deadLetters(system, 'stale-timer') >= 1);
  });

  t.test(`timers die with the actor, ${where}`, async (t) => {
    const { system, log, latch, clockwork } = await setUp(t, placement);
    clockwork.tell({ type: 'repeat', key: 'r', intervalMs: 5, value: 'beat' });
    clockwork.tell({ type: 'hold-then-stop', latch });
    await latch.ask({ type: 'arrivals', count: 1 });
    const terminated = system.terminated(clockwork);
    latch.tell({ type: 'open' });
    t.same(await terminated, { type: 'normal' });
    await assertConserved(t, system);
    const { sent } = system.metrics().total;
    const other = system.spawn(Clockwork, { log }, { placement });
    const { length } = await log.ask({ type: 'take', count: 0 });
    other.tell({ type: 'start', key: 'r', delayMs: 20, value: 'later' });
    const values = await log.ask({ type: 'take', count: length + 1 });
    t.same(values.slice(length), ['later in 0']);
    // Two asks, the order, its timer and the note: nothing rang for the dead.
    t.equal(system.metrics().total.sent - sent, 5);
  });

  t.test(`receiveTimeout comes after quiet, and until it is ended, ${where}`, async (t) => {
    const { system, log, clockwork } = await setUp(t, placement);
    clockwork.tell({ type: 'quiet', timeoutMs: 5 });
    t.same(await log.ask({ type: 'take', count: 3 }), Array(3).fill('quiet in 0'));
    clockwork.tell({ type: 'quiet', timeoutMs: undefined });
    await clockwork.ask({ type: 'incarnation' });
    await assertConserved(t, system);
    const { length } = await log.ask({ type: 'take', count: 0 });
    clockwork.tell({ type: 'start', key: 'b', delayMs: 30, value: 'later' });
    const values = await log.ask({ type: 'take', count: length + 1 });
    t.same(values.slice(length), ['later in 0'], 'no more after its end');
  });

  t.test(
    `receiveTimeout does not come while messages do, or a turn is held, ${where}`,
    async (t) => {
      const { log, latch, clockwork } = await setUp(t, placement);
      clockwork.tell({ type: 'quiet', timeoutMs: 300 });
      clockwork.tell({ type: 'repeat', key: 'busy', intervalMs: 5, value: 'beat' });
      t.same(await log.ask({ type: 'take', count: 80 }), Array(80).fill('beat in 0'));
      clockwork.tell({ type: 'hold', latch });
      clockwork.tell({ type: 'cancel', key: 'busy' });
      await latch.ask({ type: 'arrivals', count: 1 });
      const before = await log.ask({ type: 'take', count: 0 });
      // The deadline of this ask is longer than the timeout: the hold outlasts it.
      await latch.ask({ type: 'arrivals', count: 2 }, { timeoutMs: 400 }).catch(() => {});
      t.same(await log.ask({ type: 'take', count: 0 }), before, 'a held turn is not quiet');
      latch.tell({ type: 'open' });
      const after = await log.ask({ type: 'take', count: before.length + 1 });
      t.equal(after.at(-1), 'quiet in 0');
    },
  );

  t.test(`receiveTimeout ends with the incarnation, ${where}`, async (t) => {
    const { log, clockwork } = await setUp(t, placement);
    clockwork.tell({ type: 'quiet', timeoutMs: 20 });
    clockwork.tell({ type: 'crash' });
    clockwork.tell({ type: 'start', key: 'a', delayMs: 50, value: 'later' });
    t.same(await log.ask({ type: 'take', count: 1 }), ['later in 1']);
  });

  t.test(`a timer or timeout out of range fails who sets it, ${where}`, async (t) => {
    const { system, clockwork } = await setUp(t, placement);
    const bad = [
      { type: 'start', key: 'a', delayMs: -1, value: '' },
      { type: 'repeat', key: 'a', intervalMs: 0, value: '' },
      { type: 'start', key: 'a', delayMs: Number.NaN, value: '' },
    ] as const;
    for (const message of bad) {
      const failed = nextEvent(system, 'actor-failed');
      clockwork.tell(message);
      t.match((await failed).error.message, /a timer's (delay|interval) is .*ERR_OPTION/);
    }
    const quiet = system.spawn(Clockwork, { log: clockwork as never }, { placement });
    const failed = nextEvent(system, 'actor-failed');
    quiet.tell({ type: 'quiet', timeoutMs: 0 });
    t.match((await failed).error.message, /receive timeout is 0.*ERR_OPTION/);
  });
}
