import t from 'tap';
import { openBroker, startBroker } from '#actors/index.js';
import { PLACES } from '../../support/places.js';
import { startSystem } from '../../support/system.js';

const TOPICS = Array.from({ length: 20 }, (_, i) => `t${i}`);

for (const { where, placement } of PLACES) {
  t.test(`fetches of one turn get each its own messages, in turn, ${where}`, async (t) => {
    const system = await startSystem(t, { threads: placement });
    const streams = { q: { subjects: ['q.>'], retention: 'workqueue' } } as const;
    const broker = await openBroker(system, await startBroker(system, { streams }));
    for (const topic of TOPICS) await broker.openGroup('q', topic, { filter: `q.${topic}` });
    for (let n = 0; n < 3; n++) {
      for (const topic of TOPICS) void broker.publish(`q.${topic}`, `${topic}-${n}`);
    }
    await broker.publish('q.t0', 't0-3');
    const twice = [...TOPICS, ...TOPICS];
    const found = await Promise.all(
      twice.map((topic) => broker.fetch<string>('q', topic, { batch: 1 })),
    );
    t.same(
      found.map((each) => each.map(({ payload }) => payload)),
      twice.map((topic, i) => [`${topic}-${i < TOPICS.length ? 0 : 1}`]),
    );
    await Promise.all(found.flat().map((delivery) => delivery.ack()));
    for (const delivery of found.flat()) {
      await t.rejects(delivery.ack(), { code: 'ERR_BROKER_STALE' });
    }
    t.match(await broker.streamInfo('q'), { messages: TOPICS.length + 1 });
    t.match(await broker.groupInfo('q', 't7'), { finished: 2, inFlight: 0, consumers: 0 });
    for (const topic of TOPICS) (await broker.fetch('q', topic))[0]!.ackLater();
  });

  t.test(`who finds nothing waits, and what is wrong with one is its own, ${where}`, async (t) => {
    const system = await startSystem(t, { threads: placement });
    const streams = { q: { subjects: ['q.>'], retention: 'workqueue' } } as const;
    const broker = await openBroker(system, await startBroker(system, { streams }));
    for (const topic of TOPICS) await broker.openGroup('q', topic, { filter: `q.${topic}` });
    await broker.publish('q.t1', 1);
    const all = Promise.allSettled([
      broker.fetch('q', 't1', { batch: 5 }),
      broker.fetch('q', 'nobody'),
      broker.fetch('nothing', 't1'),
      broker.fetch('q', 't2', { batch: 5 }),
      broker.fetch('q', 't3', { expiresMs: 1 }),
      broker.fetch('q', 'made', { create: { filter: 'q.made' }, expiresMs: 1 }),
    ]);
    await broker.groupInfo('q', 't1');
    await broker.publish('q.t2', 2);
    t.match(await all, [
      { value: [{ payload: 1 }] },
      { reason: { code: 'ERR_BROKER_UNKNOWN' } },
      { reason: { code: 'ERR_BROKER_UNKNOWN' } },
      { value: [{ payload: 2 }] },
      { value: [] },
      { value: [] },
    ]);
    t.match(await broker.groupInfo('q', 'made'), { inFlight: 0 });
  });
}

t.test('fetches are served in their order, no more at a time than the group allows', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const streams = { q: { subjects: ['q'], retention: 'workqueue' } } as const;
  const broker = await openBroker(system, await startBroker(system, { streams }));
  await broker.openGroup('q', 'g', { maxInFlight: 1 });
  const waiting = broker.fetch<number>('q', 'g', { batch: 1 });
  await broker.groupInfo('q', 'g');
  const [second, third] = [1, 2].map(() => broker.fetch<number>('q', 'g', { batch: 1 }));
  await broker.groupInfo('q', 'g');
  for (let n = 1; n <= 3; n++) await broker.publish('q', n);
  for (const [i, fetched] of [waiting, second!, third!].entries()) {
    const [held] = await fetched;
    t.equal(held!.payload, i + 1);
    t.match(await broker.groupInfo('q', 'g'), { inFlight: 1 });
    await held!.ack();
  }
});

t.test(
  'an answer can stand for all earlier ones of its consumer, and for nobody else',
  async (t) => {
    const system = await startSystem(t, { threads: 0 });
    const address = await startBroker(system, { streams: { s: { subjects: ['s'] } } });
    const broker = await openBroker(system, address);
    const other = await openBroker(system, address);
    for (let n = 1; n <= 6; n++) await broker.publish('s', n);
    const mine = await broker.fetch('s', 'g', { create: {}, batch: 2 });
    const [foreign] = await other.fetch('s', 'g', { batch: 1 });
    mine.push(...(await broker.fetch('s', 'g', { batch: 3 })));
    await mine[3]!.ackUpTo();
    const { deliveries } = await broker.groupInfo('s', 'g');
    t.same(
      deliveries.map(({ seq }) => seq),
      [3, 6],
      'the foreign one, and the one behind',
    );
    await t.rejects(mine[0]!.ack(), { code: 'ERR_BROKER_STALE' });
    await t.rejects(mine[3]!.ackUpTo(), { code: 'ERR_BROKER_STALE' });
    await foreign!.ack();
    await mine[4]!.ackUpTo();
    t.match(await broker.groupInfo('s', 'g'), { floor: 6, inFlight: 0, finished: 6 });
  },
);

t.test('a client that closes takes nothing with it that it was about to fetch', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const streams = { q: { subjects: ['q.>'], retention: 'workqueue' } } as const;
  const address = await startBroker(system, { streams });
  const broker = await openBroker(system, address);
  for (const topic of ['a', 'b']) {
    await broker.openGroup('q', topic, { filter: `q.${topic}` });
    await broker.publish(`q.${topic}`, topic);
  }
  for (const groups of [['a'], ['a', 'b'], ['a', 'b', 'none']]) {
    const closing = await openBroker(system, address);
    const fetches = groups.map((group) => closing.fetch('q', group));
    closing.close();
    for (const fetched of fetches) await t.rejects(fetched, { code: 'ERR_BROKER_CLOSED' });
  }
  for (const topic of ['a', 'b']) {
    t.match(await broker.fetch('q', topic), [{ payload: topic, delivery: 1 }]);
  }
});

t.test('a group that is not durable goes with its last consumer, in its midst too', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  const streams = { q: { subjects: ['q'], retention: 'workqueue' } } as const;
  const broker = await openBroker(system, await startBroker(system, { streams }));
  for (let n = 1; n <= 5; n++) await broker.publish('q', n);
  const create = { isDurable: false };
  for await (const delivery of broker.consume('q', 'passing', { create, batch: 5 })) {
    await delivery.ack();
    break;
  }
  t.match(await broker.streamInfo('q'), { messages: 4, groups: [] });
});
