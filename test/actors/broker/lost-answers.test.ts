import t from 'tap';
import { type Broker, openBroker, startBroker } from '#actors/index.js';
import { type Cleanup, startSystem } from '../../support/system.js';
import { LossyShard } from './fixtures/lossy-shard.js';

const COUNT = 5;
// A minute: what comes back earlier was given back.
const create = { ackWaitMs: 60_000 };

/** A broker with messages, and a client to which the answers to the first fetches are lost. */
async function start(t: Cleanup, losses: number): Promise<{ broker: Broker; lossy: Broker }> {
  const system = await startSystem(t, { threads: 0 });
  const streams = { q: { subjects: ['q.>'], retention: 'workqueue' } } as const;
  const address = await startBroker(system, { shards: 1, streams });
  const broker = await openBroker(system, address);
  for (const group of ['a', 'b']) {
    await broker.openGroup('q', group, { ...create, filter: `q.${group}` });
    for (let n = 1; n <= COUNT; n++) await broker.publish(`q.${group}`, n);
  }
  const shard = system.spawn(LossyShard, { shard: address.shards[0]!, losses }, { name: 'lossy' });
  const shards = [shard as unknown as (typeof address.shards)[number]];
  return { broker, lossy: await openBroker(system, { ...address, shards }) };
}

t.test(
  'what a lost answer held comes to its consumer anew, at once and not as failed',
  async (t) => {
    const { broker, lossy } = await start(t, 2);
    const found: unknown[] = [];
    for await (const { payload, delivery, failures } of lossy.consume('q', 'a')) {
      found.push([payload, delivery, failures]);
      if (found.length === COUNT) break;
    }
    t.same(
      found,
      [1, 2, 3, 4, 5].map((n) => [n, 3, 0]),
    );
    t.match(await broker.groupInfo('q', 'a'), { redelivered: 2 * COUNT, dead: 0 });
  },
);

t.test(
  'fetches whose common answer was lost fail, and what it held is there for the next',
  async (t) => {
    const { broker, lossy } = await start(t, 1);
    const kept = await broker.fetch('q', 'a', { batch: 1 });
    const both = ['a', 'b'].map((group) => lossy.fetch('q', group));
    for (const fetched of both) await t.rejects(fetched, { code: 'ERR_THREAD_DIED' });
    const again = await Promise.all(['a', 'b'].map((group) => lossy.fetch<number>('q', group)));
    t.same(
      again.map((each) => each.map(({ payload, delivery }) => [payload, delivery])),
      [[2, 3, 4, 5].map((n) => [n, 2]), [1, 2, 3, 4, 5].map((n) => [n, 2])],
    );
    t.match(await broker.groupInfo('q', 'a'), { inFlight: COUNT, redelivered: COUNT - 1, dead: 0 });
    await kept[0]!.ack();
    await Promise.all(again.flat().map((delivery) => delivery.ack()));
    t.match(await broker.streamInfo('q'), { messages: 0 });
  },
);
