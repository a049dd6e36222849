import t from 'tap';
import { openBroker, startBroker } from '#actors/index.js';
import { MemoryJournal } from '#runtime/index.js';
import { PLACES } from '../../support/places.js';
import { startSystem } from '../../support/system.js';

for (const { where, placement } of PLACES) {
  t.test(`streams are named, and the newest of a subject is found, ${where}`, async (t) => {
    const system = await startSystem(t, { threads: placement });
    const streams = { a: { subjects: ['a.>'] }, b: { subjects: ['b.>'] } };
    const address = await startBroker(system, { streams });
    const broker = await openBroker(system, address);
    const other = await openBroker(system, address);
    t.same(await broker.streams(), ['a', 'b']);
    await other.createStream('c', { subjects: ['c.>'] });
    t.same(await broker.streams(), ['a', 'b', 'c'], 'also one that another client has made');
    for (const n of [1, 2, 3]) await broker.publish(n === 2 ? 'a.y' : 'a.x', n);
    t.match(await broker.last('a', 'a.x'), { seq: 3, subject: 'a.x', payload: 3 });
    t.match(await broker.last('a', 'a.y'), { seq: 2, payload: 2 });
    t.equal(await broker.last('a', 'a.z'), undefined);
    await t.rejects(broker.last('d', 'a.x'), { code: 'ERR_BROKER_UNKNOWN' });
    await t.rejects(broker.last('a', 'a.*'), { code: 'ERR_BROKER_SUBJECT' });
    // The value of a subject, changed only by who knows the present one.
    const { seq } = (await broker.last('a', 'a.x'))!;
    t.match(await broker.publish('a.x', 4, { expectLastSubjectSeq: seq }), { status: 'stored' });
    t.match(await broker.publish('a.x', 5, { expectLastSubjectSeq: seq }), {
      status: 'conflict',
      lastSeq: 4,
    });
    broker.close();
    await t.rejects(broker.streams(), { code: 'ERR_BROKER_CLOSED' });
  });
}

t.test('messages are purged by subject and place, for good, however many', async (t) => {
  const journal = new MemoryJournal();
  const first = await startSystem(t, { threads: 0 });
  const streams = { s: { subjects: ['s.>'], retention: 'workqueue' } } as const;
  const broker = await openBroker(first, await startBroker(first, { journal, streams }));
  const COUNT = 25_000;
  await broker.openGroup('s', 'g');
  const numbers = Array.from({ length: COUNT }, (_, i) => i + 1);
  await Promise.all(numbers.map((n) => broker.publish(n % 5 === 0 ? 's.b' : 's.a', n)));
  const held = await broker.fetch<number>('s', 'g', { batch: 3 });
  t.equal(await broker.purge('s', { subject: 's.b', from: 10, before: 20 }), 2);
  t.equal(await broker.purge('s', { subject: 's.b' }), COUNT / 5 - 2);
  t.match(await broker.streamInfo('s'), { messages: (COUNT * 4) / 5, subjects: 1 });
  t.equal(await broker.purge('s', { subject: 's.b' }), 0);
  t.equal(await broker.purge('s', { before: COUNT - 2 }), (COUNT * 4) / 5 - 2);
  await held[0]!.ack();
  await held[1]!.release();
  await held[2]!.fail('again', 0);
  const left = await broker.fetch<number>('s', 'g');
  t.same(
    left.map(({ seq }) => seq),
    [COUNT - 2, COUNT - 1],
    'what was in flight does not come back',
  );
  await left[0]!.ack();
  t.match(await broker.groupInfo('s', 'g'), { inFlight: 1, waiting: 0, dead: 0 });
  await t.rejects(broker.purge('s', { subject: 'a..b' }), { code: 'ERR_BROKER_SUBJECT' });
  await first.stop();

  const second = await startSystem(t, { threads: 0 });
  const again = await openBroker(second, await startBroker(second, { journal }));
  t.match(await again.streamInfo('s'), { messages: 1, firstSeq: COUNT - 1, lastSeq: COUNT });
  t.equal(await again.purge('s'), 1);
  t.match(await again.publish('s.a', 1), { seq: COUNT + 1 });
});
