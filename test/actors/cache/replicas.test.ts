import t, { type Test } from 'tap';
import { type Cache, cache } from '#actors/index.js';
import type { ActorSystem } from '#runtime/index.js';
import { startSystem } from '../../support/system.js';
import { until, untilAsync } from '../../support/turns.js';
import { Asker } from './fixtures/asker.js';

const KEYS = Array.from({ length: 1000 }, (_, n) => `k${n}`);

async function start(
  t: Test,
  replicas: number,
): Promise<{ system: ActorSystem; values: Cache<number> }> {
  const system = await startSystem(t, { threadIntensity: { intensity: 100, periodMs: 1000 } });
  const values = cache<number>(system, { shards: 4, replicas });
  await values.setMany(
    KEYS.map((key, n) => [key, n]),
    { ttlMs: 3_600_000, tags: ['all'] },
  );
  return { system, values };
}

/** Kills a thread and waits until it has been replaced. */
async function kill(system: ActorSystem, thread: number): Promise<void> {
  let isReplaced = false;
  system.events.on('thread-replaced', (event) => {
    if (event.thread === thread) isReplaced = true;
  });
  system.killThread(thread);
  await until('the thread is replaced', () => isReplaced);
}

t.test('a killed thread loses only what was not replicated', async (t) => {
  const { system, values } = await start(t, 1);
  const places = await Promise.all(KEYS.map((key) => values.whereIs(key)));
  const others = KEYS.filter((_, n) => places[n]!.thread !== 1);
  await kill(system, 1);
  const found = await values.getMany(KEYS);
  t.same([...found.keys()], others, 'all of the other thread are there, none of the killed one');
  await values.setMany(KEYS.map((key, n) => [key, n]));
  t.equal((await values.getMany(KEYS)).size, 1000, 'and it serves again');
});

t.test('with two replicas a killed thread loses nothing, whichever it is', async (t) => {
  const { system, values } = await start(t, 2);
  const { entries, replicaFailures } = await values.statistics();
  t.same([entries, replicaFailures], [2000, 0], 'each entry is kept twice');
  for (const thread of [1, 2, 1]) {
    await kill(system, thread);
    const found = await values.getMany(KEYS);
    t.equal(found.size, 1000, `after the death of thread ${thread}`);
    t.ok([...found].every(([key, value]) => key === `k${value}`));
    await untilAsync(
      'what was lost has been copied back',
      async () => (await values.statistics()).entries === 2000,
    );
  }
});

t.test('versions, deletions, counters and tags are the same in the copies', async (t) => {
  const { system, values } = await start(t, 2);
  await Promise.all([
    ...KEYS.slice(0, 100).map((key) => values.delete(key)),
    ...KEYS.slice(100, 200).map((key) => values.increment(key, 1000)),
    values.set('fresh', 1),
  ]);
  const before = await values.getEntry('k500');
  await kill(system, 1);
  t.same(await values.getEntry('k500'), before);
  t.equal((await values.getMany(KEYS.slice(0, 100))).size, 0, 'what was deleted stays so');
  t.same(
    [...(await values.getMany(KEYS.slice(100, 200))).values()],
    KEYS.slice(100, 200).map((_, n) => 1100 + n),
  );
  t.ok((await values.set('k500', 5)) > before!.version);
  await kill(system, 2);
  await values.invalidateTag('all');
  t.equal((await values.getMany(KEYS.slice(501))).size, 0, 'tags came along');
  t.equal(await values.get('fresh'), 1);
});

t.test(
  'copies stay complete while shards come and go, and through a death after that',
  async (t) => {
    const { system, values } = await start(t, 2);
    await values.resize(6);
    await values.resize(3);
    t.equal((await values.statistics()).entries, 2000);
    await kill(system, 2);
    t.equal((await values.getMany(KEYS)).size, 1000);
  },
);

t.test(
  'a thread that is killed while shards come holds nothing up, and no value is a wrong one',
  async (t) => {
    const { system, values } = await start(t, 1);
    const resizing = values.resize(9);
    await kill(system, 1);
    await resizing;
    const found = await values.getMany(KEYS);
    t.ok(found.size > 0, `${found.size} of 1000 were not on the killed thread`);
    t.ok([...found].every(([key, value]) => key === `k${value}`));
    await values.setMany(KEYS.map((key, n) => [key, n + 1]));
    t.same(
      [...(await values.getMany(KEYS)).values()],
      KEYS.map((_, n) => n + 1),
    );
  },
);

t.test('a thread that reads from its near cache hears of every change', async (t) => {
  const { system, values } = await start(t, 1);
  const asker = system.spawn(Asker, { cache: values.ref, near: true }, { placement: 2 });
  await untilAsync('the near cache serves', async () => {
    await asker.ask({ type: 'get', key: 'k1' });
    return (await asker.ask({ type: 'near-hits' })) > 0;
  });
  const serves = async (what: string, key: string, value: number | undefined): Promise<void> => {
    await untilAsync(what, async () => (await asker.ask({ type: 'get', key })) === value);
  };
  for (let round = 0; round < 20; round++) {
    await values.set('k1', round);
    await serves(`write ${round}`, 'k1', round);
  }
  await values.delete('k1');
  await serves('a deletion', 'k1', undefined);
  await asker.ask({ type: 'get', key: 'k2' });
  await values.invalidateTag('all');
  await serves('an invalidation by tag', 'k2', undefined);
  await asker.ask({ type: 'set', key: 'k3', value: 33 });
  t.equal(await asker.ask({ type: 'get', key: 'k3' }), 33, 'its own write is read at once');
});
