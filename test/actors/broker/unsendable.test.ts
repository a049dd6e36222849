import t from 'tap';
import { openBroker, startBroker } from '#actors/index.js';
import { type Cleanup, startSystem } from '../../support/system.js';
import { untilAsync } from '../../support/turns.js';
import { Carrier, Neighbour, type Parcel } from './fixtures/neighbours.js';

const COUNT = 20;
/** Three of them fit into a message, four do not. */
const TEXT = 'x'.repeat(80_000);
const create = { ackWaitMs: 600_000 };

/** A broker whose shard is on thread 1; a failure of anything fails the test. */
async function start(t: Cleanup & { fail(message: string): void }) {
  const system = await startSystem(t, { threads: 2, maxMessageBytes: 2 ** 18 });
  system.events.on('actor-failed', ({ error }) => t.fail(error.message));
  const streams = { work: { subjects: ['work'], retention: 'workqueue' } } as const;
  const address = await startBroker(system, { shards: 1, streams });
  const broker = await openBroker(system, address);
  await broker.openGroup('work', 'g', create);
  return { system, address, broker };
}

t.test('what is too large together is delivered in parts, each message once', async (t) => {
  const { broker } = await start(t);
  const parcels = Array.from({ length: COUNT }, (_, n): Parcel => ({ n, text: TEXT }));
  await Promise.all(parcels.map((parcel) => broker.publish('work', parcel)));
  await t.rejects(broker.read('work'), { code: 'ERR_TOO_LARGE' });
  const found: number[] = [];
  while (found.length < COUNT) {
    // Two of one turn are answered together.
    const both = [1, 2].map(() =>
      broker.fetch<Parcel>('work', 'g', { batch: COUNT, expiresMs: 1 }),
    );
    const [one, other] = await Promise.all(both);
    for (const delivery of [...one!, ...other!]) {
      t.equal(delivery.delivery, 1);
      found.push(delivery.payload.n);
      delivery.ackLater();
    }
  }
  t.same(
    found,
    Array.from({ length: COUNT }, (_, n) => n),
  );
  t.match(await broker.groupInfo('work', 'g'), { redelivered: 0, dead: 0, finished: COUNT });
});

t.test('so it is for a consumer that is pushed to, and for one who listens', async (t) => {
  const { system, address, broker } = await start(t);
  const heard = await broker.subscribe<Parcel>('live');
  const handled = new SharedArrayBuffer(4 * COUNT);
  const parcels = Array.from({ length: COUNT }, (_, n): Parcel => ({ n, text: TEXT }));
  await Promise.all(parcels.map((parcel) => broker.publish('work', parcel)));
  system.spawn(Carrier, { broker: address, handled }, { placement: 2 });
  await untilAsync('all is done', async () => (await broker.streamInfo('work')).messages === 0);
  t.same([...new Int32Array(handled)], new Array(COUNT).fill(1));
  t.match(await broker.groupInfo('work', 'g'), { redelivered: 0, dead: 0, finished: COUNT });
  for (const parcel of parcels) void broker.publish('live', parcel);
  for (const { n } of parcels) t.equal((await heard.next()).value.payload.n, n);
  t.equal(heard.droppedCount, 0);
});

t.test('what cannot leave its thread is a dead letter, and harms nothing beside it', async (t) => {
  const { system, address, broker } = await start(t);
  const heard = await broker.subscribe<number>('live');
  const neighbour = system.spawn(Neighbour, { broker: address }, { placement: 1 });
  await neighbour.ask({ type: 'publish' });
  const found: number[] = [];
  for (let left = 2; left > 0; ) {
    const deliveries = await broker.fetch<number>('work', 'g');
    left -= deliveries.length;
    for (const delivery of deliveries) {
      found.push(delivery.payload);
      await delivery.ack();
    }
  }
  t.same(found, [1, 3]);
  t.match(await broker.groupInfo('work', 'g'), { dead: 1, redelivered: 0, inFlight: 0 });
  t.match(await broker.streamInfo('work'), { messages: 0 });
  await t.rejects(broker.read('work.dead'), { code: 'ERR_NOT_SENDABLE' });
  t.equal((await heard.next()).value.payload, 1);
  t.equal((await heard.next()).value.payload, 3);
  t.equal(heard.droppedCount, 1);
  // Whoever has heard all asks for more.
  const more = heard.next();
  t.equal(await neighbour.ask({ type: 'request' }, { timeoutMs: 600_000 }), 'ERR_NOT_SENDABLE');
  await broker.publish('live', 5);
  t.equal((await more).value.payload, 5);
  t.equal(heard.droppedCount, 2);
});
