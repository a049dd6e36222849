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

t.test('a stream gets other limits and subjects, at once and for good', async (t) => {
  const journal = new MemoryJournal();
  const first = await startSystem(t, { threads: 0 });
  const streams = { s: { subjects: ['s.>'] }, other: { subjects: ['other'] } };
  const address = await startBroker(first, { journal, streams });
  const broker = await openBroker(first, address);
  const client = await openBroker(first, address);
  for (let n = 1; n <= 10; n++) await client.publish(n % 2 === 0 ? 's.a' : 's.b', n);
  await broker.updateStream('s', { maxMessages: 6, subjects: ['s.>', 't.>'] });
  t.match(await broker.streamInfo('s'), { messages: 6, firstSeq: 5 });
  await broker.updateStream('s', { maxMessagesPerSubject: 2 });
  t.match(await broker.streamInfo('s'), { messages: 4, firstSeq: 7 });
  t.match(await client.publish('t.a', 11), { status: 'stored', stream: 's', seq: 11 });
  const refused = { code: 'ERR_BROKER_STREAM' };
  await t.rejects(broker.updateStream('s', { retention: 'workqueue' }), refused);
  await t.rejects(broker.updateStream('s', { storage: 'memory' }), refused);
  await t.rejects(broker.updateStream('s', { place: 'x' }), refused);
  await t.rejects(broker.updateStream('s', { subjects: ['other'] }), refused);
  await t.rejects(broker.updateStream('s', { maxMessages: 0 }), { code: 'ERR_OPTION' });
  await t.rejects(broker.updateStream('none', {}), { code: 'ERR_BROKER_UNKNOWN' });
  await first.stop();

  // What the program says at its start counts, and what it does not name stays.
  const second = await startSystem(t, { threads: 0 });
  const changed = { other: { subjects: ['other'], maxMessages: 1 } };
  const again = await openBroker(second, await startBroker(second, { journal, streams: changed }));
  for (const n of [12, 13, 14]) await again.publish('s.a', n);
  t.match(await again.streamInfo('s'), { messages: 5, subjects: 3 }, 'two of each subject');
  for (const n of [1, 2]) await again.publish('other', n);
  t.match(await again.streamInfo('other'), { messages: 1 });
  await second.stop();
  const third = await startSystem(t, { threads: 0 });
  const wrong = { other: { subjects: ['other'], retention: 'workqueue' } } as const;
  await t.rejects(startBroker(third, { journal, streams: wrong }), refused);
});
