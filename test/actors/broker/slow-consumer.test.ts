import t from 'tap';
import { openBroker, startBroker } from '#actors/index.js';
import { startSystem } from '../../support/system.js';
import { untilAsync } from '../../support/turns.js';

/** As many as a subscription asks for at once: they wait at the client. */
const HEARD_AHEAD = 512;

t.test('one who listens slowly has a bound of his own, and slows nobody else', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const broker = await openBroker(system, await startBroker(system));
  const COUNT = 20_000;
  const capacity = 100;
  const fast = await broker.subscribe<number>('n', { capacity: COUNT });
  const oldest = await broker.subscribe<number>('n', { capacity });
  const newest = await broker.subscribe<number>('n', { capacity, whenSlow: 'drop-newest' });
  const ended = await broker.subscribe<number>('n', { capacity, whenSlow: 'end' });
  const published = Promise.all(Array.from({ length: COUNT }, (_, n) => broker.publish('n', n)));
  // The slow ones have not read anything when the fast one has everything.
  for (let n = 0; n < COUNT; n++) {
    const { payload } = (await fast.next()).value;
    if (payload !== n) t.fail(`${payload} came instead of ${n}`);
  }
  t.equal(fast.droppedCount, 0);
  t.ok((await published).every((result) => result.status === 'delivered'));

  const heard: number[] = [];
  while (heard.at(-1) !== COUNT - 1) heard.push((await oldest.next()).value.payload);
  t.ok(heard.length <= capacity + HEARD_AHEAD, `${heard.length} were kept`);
  t.equal(heard.length + oldest.droppedCount, COUNT, 'those that gave way are counted');
  t.ok(
    heard.every((n, i) => i === 0 || n > heard[i - 1]!),
    'in order',
  );

  const first: number[] = [];
  for (let i = 0; i < capacity; i++) first.push((await newest.next()).value.payload);
  t.same(
    first,
    Array.from({ length: capacity }, (_, n) => n),
    'the first ones are kept',
  );

  let count = 0;
  const all = async (): Promise<void> => {
    for await (const { payload } of ended) {
      if (payload !== count++) t.fail(`${payload} out of order`);
    }
  };
  await t.rejects(all(), { code: 'ERR_BROKER_SLOW' });
  t.ok(count >= capacity && count <= capacity + HEARD_AHEAD, `${count} were kept`);
  t.ok(ended.droppedCount > 0, 'what was not kept is counted');
  await untilAsync('it is forgotten', async () => {
    const result = await broker.publish('n', -1);
    return result.status === 'delivered' && result.subscribers === 3;
  });
  await t.rejects(broker.subscribe('n', { whenSlow: 'wait' as never }), { code: 'ERR_OPTION' });
});

t.test('a consumer that answers nothing holds two batches, others get all else', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const streams = { s: { subjects: ['s'] } };
  const broker = await openBroker(system, await startBroker(system, { streams }));
  const COUNT = 2000;
  await Promise.all(['a', 'b'].map((group) => broker.openGroup('s', group)));
  const stuck = broker.consume<number>('s', 'a', { batch: 10 });
  for (let n = 0; n < COUNT; n++) void broker.publish('s', n);
  for (let i = 0; i < 6; i++) await stuck.next();
  const handled = new Map<string, Set<number>>();
  for (const group of ['a', 'b']) {
    const seen = new Set<number>();
    handled.set(group, seen);
    const wanted = group === 'a' ? COUNT - 20 : COUNT;
    for await (const delivery of broker.consume<number>('s', group, { batch: 50 })) {
      seen.add(delivery.payload);
      delivery.ackLater();
      if (seen.size === wanted) break;
    }
  }
  t.equal(handled.get('b')!.size, COUNT, 'the other group has everything');
  t.equal(handled.get('a')!.size, COUNT - 20, 'its own group has all but what it holds');
  const info = await broker.groupInfo('s', 'a');
  t.ok(info.inFlight <= 20 && info.oldestInFlightMs >= 0, `${info.inFlight} in flight`);
  t.ok(
    info.deliveries.every(({ delivery }) => delivery === 1),
    'and nobody was given them twice',
  );
  stuck.close();
});
