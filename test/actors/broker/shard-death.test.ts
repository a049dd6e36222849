import t from 'tap';
import { openBroker, startBroker } from '#actors/index.js';
import { startSystem } from '../../support/system.js';
import { until, untilAsync } from '../../support/turns.js';

t.test('a shard whose thread dies comes back; clients of other threads go on', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const streams = { work: { subjects: ['work.>'], retention: 'workqueue' } } as const;
  const broker = await openBroker(system, await startBroker(system, { shards: 1, streams }));
  const create = { retry: { minMs: 0, maxMs: 0 } };
  await broker.publish('work.a', 1);
  const heard = await broker.subscribe<number>('live');
  const consumer = broker.consume<number>('work', 'g', { create });
  const first = await consumer.next();
  t.equal(first.value.payload, 1);
  let deaths = 0;
  system.events.on('thread-replaced', () => deaths++);
  system.killThread(1);
  await until('the thread is replaced', () => deaths === 1);
  // Without a journal what it held is lost, and what is new arrives.
  const published = async (): Promise<boolean> => {
    const result = await broker.publish('work.a', 2).catch(() => undefined);
    return result?.status === 'stored';
  };
  await untilAsync('it stores again', published);
  t.equal((await consumer.next()).value.payload, 2);
  await untilAsync('it listens again', async () => {
    const result = await broker.publish('live', 7);
    return result.status === 'delivered' && result.subscribers === 1;
  });
  t.equal((await heard.next()).value.payload, 7);
  consumer.close();
  heard.close();
});
