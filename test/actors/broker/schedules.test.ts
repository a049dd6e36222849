import fc from 'fast-check';
import t from 'tap';
import { nextCron, parseCron } from '#actors/broker/cron.js';
import { openBroker, startBroker } from '#actors/index.js';
import { MemoryJournal } from '#runtime/index.js';
import { startSystem } from '../../support/system.js';
import { ShardRig, START_MS } from './shard-rig.js';

function next(cron: string, after: string): string {
  const at = nextCron(parseCron(cron), Date.parse(after));
  return at === undefined ? 'never' : new Date(at).toISOString().slice(0, 16);
}

t.test('the next moment of an expression is the one crontab(5) means', async (t) => {
  t.equal(next('* * * * *', '2026-01-01T00:00:00Z'), '2026-01-01T00:01');
  t.equal(next('* * * * *', '2026-01-01T00:00:59.999Z'), '2026-01-01T00:01');
  t.equal(next('*/15 8-9 * * *', '2026-01-01T08:50:00Z'), '2026-01-01T09:00');
  t.equal(next('5/20 * * * *', '2026-01-01T00:26:00Z'), '2026-01-01T00:45');
  t.equal(next('0 0 1 1 *', '2026-01-01T00:00:00Z'), '2027-01-01T00:00');
  t.equal(next('30 6 * * 1-5', '2026-01-02T07:00:00Z'), '2026-01-05T06:30', 'Friday, then Monday');
  t.equal(next('0 0 * * 7', '2026-01-01T00:00:00Z'), '2026-01-04T00:00', 'Sunday');
  t.equal(next('0 0 13 * 5', '2026-01-01T00:00:00Z'), '2026-01-02T00:00', 'the 13th or a Friday');
  t.equal(next('0 0 29 2 *', '2026-01-01T00:00:00Z'), '2028-02-29T00:00');
  t.equal(next('0 0 31 2 *', '2026-01-01T00:00:00Z'), 'never');
  for (const bad of [
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '*/0 * * * *',
    '5-1 * * * *',
    'x * * * *',
  ]) {
    t.throws(() => parseCron(bad), { code: 'ERR_OPTION' }, bad);
  }
});

t.test('the next moment is after the present, matches, and none between them does', async () => {
  const part = (min: number, max: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min, max }).map(String),
      fc.constantFrom('*/7', '*/11'),
    );
  fc.assert(
    fc.property(
      part(0, 59),
      part(0, 23),
      fc.integer({ min: 0, max: 1e9 }),
      (minute, hour, offset) => {
        const cron = parseCron(`${minute} ${hour} * * *`);
        const after = START_MS + offset;
        const found = nextCron(cron, after)!;
        const fits = (ms: number): boolean => {
          const date = new Date(ms);
          return cron.minutes.has(date.getUTCMinutes()) && cron.hours.has(date.getUTCHours());
        };
        if (found <= after || !fits(found) || found % 60_000 !== 0) return false;
        for (let ms = found - 60_000; ms > after; ms -= 60_000) if (fits(ms)) return false;
        return true;
      },
    ),
    { numRuns: 200 },
  );
});

t.test('a schedule publishes in time, whatever the clock does, and never floods', async (t) => {
  const rig = new ShardRig({ s: { subjects: ['s'] } });
  const { schedules } = rig.core;
  const count = (): number => rig.core.stream('s').log.size;
  schedules.set('minutely', { subject: 's', payload: 1, cron: '* * * * *' }, 8, rig.time);
  for (let i = 0; i < 5; i++) rig.advance(60_000);
  t.equal(count(), 5);
  rig.advance(60_000, 3_600_000);
  t.equal(count(), 6, 'an hour forward: once');
  rig.advance(60_000);
  rig.advance(60_000, -7_200_000);
  const before = count();
  for (let i = 0; i < 4; i++) rig.advance(60_000);
  t.ok(count() >= before + 3, 'two hours back: it goes on');
  t.ok(schedules.remove('minutely'));
  t.notOk(schedules.remove('minutely'));
  const after = count();
  rig.advance(600_000);
  t.equal(count(), after);
  schedules.set('often', { subject: 's', payload: 1, everyMs: 1000 }, 8, rig.time);
  schedules.set('often', { subject: 's', payload: 2, everyMs: 500 }, 8, rig.time);
  for (let i = 0; i < 4; i++) rig.advance(250);
  t.equal(count(), after + 2, 'the second has replaced the first');
  for (const jumpMs of [3_600_000, -7_200_000, 3_600_000]) {
    rig.advance(250, jumpMs);
    rig.advance(250);
  }
  t.equal(count(), after + 5, 'what is not bound to dates does not see the clock');
});

t.test('a schedule is stored, and bad ones are refused', async (t) => {
  const journal = new MemoryJournal();
  const streams = { s: { subjects: ['s'] } };
  const first = await startSystem(t, { threads: 0 });
  const broker = await openBroker(first, await startBroker(first, { journal, streams }));
  await broker.schedule('yearly', { subject: 's', payload: 1, cron: '0 0 1 1 *' });
  await broker.schedule('gone', { subject: 's', payload: 1, everyMs: 60_000 });
  t.equal(await broker.unschedule('gone'), true);
  t.equal(await broker.unschedule('gone'), false);
  const bad = { code: 'ERR_OPTION' };
  await t.rejects(broker.schedule('a', { subject: 's', payload: 1 }), bad);
  await t.rejects(broker.schedule('a', { subject: 's', payload: 1, everyMs: 1 }), bad);
  await t.rejects(broker.schedule('a', { subject: 's', payload: 1, cron: '0 0 31 2 *' }), bad);
  await t.rejects(broker.schedule('a', { subject: 's.*', payload: 1, everyMs: 60_000 }), {
    code: 'ERR_BROKER_SUBJECT',
  });
  await first.stop();
  const second = await startSystem(t, { threads: 0 });
  const again = await openBroker(second, await startBroker(second, { journal }));
  t.equal(await again.unschedule('yearly'), true);
});
