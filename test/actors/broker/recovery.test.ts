import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import {
  type Broker,
  type BrokerOptions,
  openBroker,
  startBroker,
  startJournal,
} from '#actors/index.js';
import { type ActorSystem, MemoryJournal } from '#runtime/index.js';
import { type Cleanup, startSystem } from '../../support/system.js';

interface Run {
  readonly system: ActorSystem;
  readonly broker: Broker;
}

async function start(
  t: Cleanup,
  journal: MemoryJournal,
  streams?: BrokerOptions['streams'],
): Promise<Run> {
  const system = await startSystem(t, { threads: 0 });
  const address = await startBroker(system, {
    journal,
    ...(streams === undefined ? {} : { streams }),
  });
  return { system, broker: await openBroker(system, address) };
}

t.test(
  'a work queue comes back with what was not acknowledged, its counts and its ids',
  async (t) => {
    const journal = new MemoryJournal({ freeze: true });
    const first = await start(t, journal, { q: { subjects: ['q.>'], retention: 'workqueue' } });
    for (let n = 1; n <= 5; n++) {
      t.match(await first.broker.publish('q.a', { n }, { id: `m${n}` }), {
        status: 'stored',
        seq: n,
      });
    }
    const create = { retry: { minMs: 0, maxMs: 0 } };
    const held = await first.broker.fetch('q', 'g', { create, batch: 3 });
    await held[0]!.ack();
    await held[2]!.fail('broken');
    await first.system.stop();
    const second = await start(t, journal);
    t.match(await second.broker.streamInfo('q'), { messages: 4, lastSeq: 5, groups: ['g'] });
    t.match(await second.broker.publish('q.a', 1, { id: 'm1' }), { status: 'duplicate', seq: 1 });
    const again = await second.broker.fetch<{ n: number }>('q', 'g', { batch: 10 });
    t.same(again.map(({ seq }) => seq).sort(), [2, 3, 4, 5]);
    t.equal(again.find(({ seq }) => seq === 3)!.failures, 1);
    await Promise.all(again.map((delivery) => delivery.ack()));
    await t.rejects(
      held[1]!.ack(),
      { name: 'TroupeError' },
      'a delivery of the former run is void',
    );
    t.match(await second.broker.publish('q.a', 6), { seq: 6 });
    await second.system.stop();
  },
);

t.test('a durable group of a stream comes back where it was, also with gaps', async (t) => {
  const journal = new MemoryJournal({ freeze: true });
  const first = await start(t, journal, { s: { subjects: ['s.>'] } });
  for (let n = 1; n <= 6; n++) await first.broker.publish('s.a', n);
  const held = await first.broker.fetch('s', 'g', { create: {}, batch: 6 });
  for (const n of [1, 2, 4, 6]) await held[n - 1]!.ack();
  t.match(await first.broker.groupInfo('s', 'g'), { floor: 2, inFlight: 2 });
  await first.system.stop();
  const second = await start(t, journal);
  const again = await second.broker.fetch('s', 'g', { batch: 10 });
  t.same(
    again.map(({ seq }) => seq),
    [3, 5],
  );
  for (const delivery of again) await delivery.ack();
  t.match(await second.broker.groupInfo('s', 'g'), { floor: 6, lag: 0 });
  t.same(
    await journal.scan('broker/marks/s/g'),
    [],
    'nothing is kept of what lies below the floor',
  );
  t.match(await second.broker.streamInfo('s'), { messages: 6 });
});

t.test('dead letters, delays, priorities, retained messages and a pause come back', async (t) => {
  const journal = new MemoryJournal({ freeze: true });
  const first = await start(t, journal, { q: { subjects: ['q.>'], retention: 'workqueue' } });
  const { broker } = first;
  await broker.publish('q.a', 'bad');
  const [bad] = await broker.fetch('q', 'g', { create: {} });
  await bad!.reject('bad');
  await broker.publish('q.a', 'later', { delayMs: 3_600_000 });
  await broker.publish('q.a', 'slow', { priority: 0 });
  await broker.publish('q.a', 'fast', { priority: 9 });
  await broker.publish('price', 5, { retain: true });
  await broker.pause('q', 'g');
  await first.system.stop();
  const second = await start(t, journal);
  t.match(await second.broker.read('q.dead'), [
    { payload: 'bad', dead: { reason: 'rejected', error: 'bad' } },
  ]);
  t.same(await second.broker.fetch('q', 'g', { expiresMs: 1 }), []);
  await second.broker.resume('q', 'g');
  const found = await second.broker.fetch('q', 'g');
  t.same(
    found.map(({ payload }) => payload),
    ['fast', 'slow'],
  );
  t.equal(await second.broker.redrive('q'), 1);
  t.same(
    (await second.broker.fetch('q', 'g')).map(({ payload }) => payload),
    ['bad'],
  );
  t.same(await second.broker.read('q.dead'), []);
  const prices = await second.broker.subscribe('price', { retained: true });
  t.equal((await prices.next()).value.payload, 5);
});

t.test('on disk, what cannot be stored fails alone, and what can comes back equal', async (t) => {
  const path = mkdtempSync(join(tmpdir(), 'troupe-broker-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  const streams = { s: { subjects: ['s'] } };
  const payload = {
    at: new Date(5),
    of: new Map([['a', 1n]]),
    bytes: new Uint8Array([1, 2]),
    none: undefined,
  };
  const first = await startSystem(t, { threads: 1 });
  const store = { kind: 'lmdb', path } as const;
  const journal = await startJournal(first, store);
  const broker = await openBroker(first, await startBroker(first, { journal, streams }));
  const results = await Promise.allSettled([
    broker.publish('s', payload),
    broker.publish('s', new Intl.Locale('en')),
    broker.publish('s', 3, { headers: { trace: 'x' }, key: 'k' }),
  ]);
  t.match(results, [
    { value: { status: 'stored', seq: 1, durability: 'flushed' } },
    { reason: { code: 'ERR_JOURNAL_VALUE' } },
    { value: { status: 'stored', seq: 2, durability: 'flushed' } },
  ]);
  await first.stop();
  const second = await startSystem(t, { threads: 1 });
  const again = await startJournal(second, store);
  const reader = await openBroker(second, await startBroker(second, { journal: again }));
  const found = await reader.fetch('s', 'g', { create: {} });
  t.same(
    found.map((delivery) => delivery.payload),
    [payload, 3],
  );
  t.match(found[1], { headers: { trace: 'x' }, key: 'k' });
});

t.test('what is kept in memory says so, and is gone with the process', async (t) => {
  const path = mkdtempSync(join(tmpdir(), 'troupe-broker-'));
  t.teardown(() => rmSync(path, { recursive: true, force: true }));
  const streams = { kept: { subjects: ['kept'] }, not: { subjects: ['not'], storage: 'memory' } };
  const open = async (): Promise<Run> => {
    const system = await startSystem(t, { threads: 0 });
    const journal = await startJournal(system, { kind: 'lmdb', path });
    const options = { journal, streams } as BrokerOptions;
    return { system, broker: await openBroker(system, await startBroker(system, options)) };
  };
  const first = await open();
  const published = ['kept', 'not'].map((subject) => first.broker.publish(subject, 1));
  const batch = first.broker.publishBatch([{ subject: 'not', payload: 2 }]);
  t.match(await Promise.all(published), [{ durability: 'flushed' }, { durability: 'memory' }]);
  t.match(await batch, [{ durability: 'memory' }]);
  await first.system.stop();
  const second = await open();
  t.match(await second.broker.streamInfo('kept'), { messages: 1 });
  t.match(await second.broker.streamInfo('not'), { messages: 0 });
});

t.test('a damaged stream is told of and left alone, the others go on', async (t) => {
  const journal = new MemoryJournal();
  const streams = { good: { subjects: ['good'] }, bad: { subjects: ['bad'] } };
  const first = await start(t, journal, streams);
  await first.broker.publish('good', 1);
  await first.broker.publish('bad', 1);
  await first.system.stop();
  const key = '1'.padStart(16, '0');
  await journal.transact({ puts: [{ table: 'broker/messages/bad', key, value: 'torn' }] });
  const { broker } = await start(t, journal);
  t.match(await broker.streamInfo('good'), { messages: 1 });
  t.match(await broker.publish('good', 2), { seq: 2 });
  const damaged = { code: 'ERR_BROKER_DAMAGED', message: /message 0+1 cannot be read/ };
  await t.rejects(broker.streamInfo('bad'), damaged);
  await t.rejects(broker.fetch('bad', 'g', { create: {} }), damaged);
  await t.rejects(broker.publish('bad', 2), { code: 'ERR_BROKER_UNKNOWN' });
  await broker.createStream('later', { subjects: ['later'] });
  await t.rejects(broker.streamInfo('bad'), damaged, 'also when the streams have changed');
});

t.test('a broker whose journal does not answer does not start, and says why', async (t) => {
  const journal = new MemoryJournal();
  await journal.close();
  const system = await startSystem(t, { threads: 0 });
  await t.rejects(startBroker(system, { journal }), { code: 'ERR_JOURNAL_CLOSED' });
});
