import t from 'tap';
import { type BrokerAddress, type BrokerOptions, openBroker, startBroker } from '#actors/index.js';
import type { SystemOptions } from '#runtime/index.js';
import { PLACES } from '../../support/places.js';
import { type Cleanup, startSystem } from '../../support/system.js';

async function start(t: Cleanup, options: BrokerOptions, system: SystemOptions = { threads: 0 }) {
  const running = await startSystem(t, system);
  const address: BrokerAddress = await startBroker(running, options);
  return { system: running, address, broker: await openBroker(running, address) };
}

for (const { where, placement } of PLACES) {
  t.test(`a message is published, delivered and acknowledged, ${where}`, async (t) => {
    const streams = { orders: { subjects: ['orders.>'], retention: 'workqueue' } } as const;
    const { broker } = await start(t, { streams }, { threads: placement });
    const results = await Promise.all([1, 2, 3].map((n) => broker.publish('orders.eu', { n })));
    t.same(
      results,
      [1, 2, 3].map((seq) => ({ status: 'stored', stream: 'orders', seq, durability: 'memory' })),
    );
    const found = await broker.fetch<{ n: number }>('orders', 'g', { create: {}, batch: 2 });
    t.same(
      found.map(({ payload }) => payload.n),
      [1, 2],
    );
    await Promise.all(found.map((delivery) => delivery.ack()));
    await t.rejects(found[0]!.ack(), { code: 'ERR_BROKER_STALE' });
    t.match(await broker.streamInfo('orders'), { messages: 1, lastSeq: 3 });
    t.match(await broker.groupInfo('orders', 'g'), { floor: 2, inFlight: 0, pending: 1 });
    const consumer = broker.consume<{ n: number }>('orders', 'g');
    for await (const delivery of consumer) {
      t.equal(delivery.payload.n, 3);
      await delivery.ack();
      break;
    }
    t.match(await broker.streamInfo('orders'), { messages: 0 });
  });

  t.test(`those who listen hear it, one of each queue, ${where}`, async (t) => {
    const { broker } = await start(t, { shards: 2 }, { threads: placement });
    const all = await broker.subscribe<number>('a.*');
    const one = await broker.subscribe<number>('a.>', { queue: 'q' });
    const other = await broker.subscribe<number>('a.b', { queue: 'q' });
    for (let n = 0; n < 4; n++) {
      t.match(await broker.publish('a.b', n), { status: 'delivered', subscribers: 2 });
    }
    t.match(await broker.publish('b', 1), { status: 'delivered', subscribers: 0 });
    const heard: number[] = [];
    for (let n = 0; n < 4; n++) heard.push((await all.next()).value.payload);
    t.same(heard, [0, 1, 2, 3]);
    one.close();
    other.close();
    all.close();
    t.equal((await all.next()).done, true);
  });

  t.test(`a request is answered, or refused at once, ${where}`, async (t) => {
    const { broker } = await start(t, {}, { threads: placement });
    await t.rejects(broker.request('sum', [1, 2]), { code: 'ERR_BROKER_NO_RESPONDER' });
    const server = await broker.subscribe<number[]>('sum');
    const serving = (async () => {
      for await (const message of server) message.reply(message.payload.reduce((a, b) => a + b, 0));
    })();
    t.equal(await broker.request('sum', [1, 2]), 3);
    server.close();
    await serving;
  });
}
