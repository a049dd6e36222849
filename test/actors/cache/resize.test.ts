import t from 'tap';
import { cache, openCache } from '#actors/index.js';
import { startSystem } from '../../support/system.js';
import { untilAsync } from '../../support/turns.js';

const KEYS = Array.from({ length: 3000 }, (_, n) => `k${n}`);

t.test('shards come and go while the cache is in use, and no entry is missed', async (t) => {
  const system = await startSystem(t);
  const values = cache<number>(system, { shards: 3 });
  const stale = openCache<number>(system, values.ref);
  await values.setMany(KEYS.map((key, n) => [key, n]));
  await stale.get('k0');
  for (const count of [4, 6, 2, 3]) {
    let [hits, gets, isOver] = [0, 0, false];
    const resizing = values.resize(count).then((version) => {
      isOver = true;
      return version;
    });
    for (let from = 0; !isOver || gets < 3000; from = (from + 50) % KEYS.length) {
      const found = await stale.getMany(KEYS.slice(from, from + 50));
      gets += 50;
      for (const [key, value] of found) if (value === Number(key.slice(1))) hits++;
    }
    t.ok((await resizing) > 1);
    t.ok(hits / gets > 0.99, `${count} shards: ${hits} of ${gets} during the change`);
    t.equal((await values.getMany(KEYS)).size, 3000, 'and all are there after it');
    t.equal((await values.statistics()).entries, 3000, 'each once');
  }
});

t.test('what is written, deleted or counted during a change is not undone by it', async (t) => {
  const system = await startSystem(t);
  const values = cache<number>(system, { shards: 2 });
  await values.setMany(
    KEYS.map((key) => [key, 0]),
    { tags: ['all'] },
  );
  const resizing = values.resize(5);
  const [written, deleted, counted] = [
    KEYS.slice(0, 300),
    KEYS.slice(300, 600),
    KEYS.slice(600, 900),
  ];
  await Promise.all([
    ...written.map((key) => values.set(key, 7)),
    ...deleted.map((key) => values.delete(key)),
    ...counted.map((key) => values.increment(key)),
    ...counted.map((key) => values.increment(key)),
  ]);
  await resizing;
  t.same([...new Set((await values.getMany(written)).values())], [7]);
  t.equal((await values.getMany(written)).size, 300);
  t.equal((await values.getMany(deleted)).size, 0);
  t.same([...(await values.getMany(counted)).values()], new Array(300).fill(2));
  const again = values.resize(3);
  await values.invalidateTag('all');
  await again;
  t.equal(
    (await values.getMany(KEYS.slice(900))).size,
    0,
    'what was invalidated does not come back',
  );
});

t.test('a load that is under way while its key moves is given to nobody twice', async (t) => {
  const system = await startSystem(t);
  const values = cache<number>(system, { shards: 2 });
  let runs = 0;
  const open: (() => void)[] = [];
  const loader = (): Promise<number> =>
    new Promise((resolve) => {
      const run = ++runs;
      open.push(() => resolve(run));
    });
  const keys = KEYS.slice(0, 40);
  const loads = keys.map((key) => values.getOrLoad(key, loader));
  await untilAsync('all are being loaded', async () => {
    await values.has('x');
    return runs === 40;
  });
  await values.resize(5);
  for (const each of open) each();
  t.equal((await Promise.all(loads)).filter((value) => value !== undefined).length, 40);
  t.equal((await values.getMany(keys)).size < 40, true, 'results for moved keys are not kept');
  const again = await Promise.all(keys.map((key) => values.getOrLoad(key, () => 1000)));
  t.ok(again.includes(1000) && again.every((value) => value !== undefined));
});

t.test('changes that are asked for at the same time happen one after the other', async (t) => {
  const system = await startSystem(t);
  const values = cache<number>(system, { shards: 1 });
  await values.setMany(KEYS.slice(0, 500).map((key, n) => [key, n]));
  const versions = await Promise.all([values.resize(3), values.resize(2), values.resize(4)]);
  t.same(versions, [2, 3, 4]);
  t.equal((await values.getMany(KEYS.slice(0, 500))).size, 500);
});

t.test('a request by an old topology is told so and tried once more', async (t) => {
  const system = await startSystem(t);
  const values = cache<number>(system, { shards: 2 });
  const stale = openCache<number>(system, values.ref);
  await values.setMany(KEYS.slice(0, 200).map((key, n) => [key, n]));
  t.equal((await stale.whereIs('k1')).version, 1);
  await values.resize(4);
  t.equal((await stale.getMany(KEYS.slice(0, 200))).size, 200);
  t.equal((await stale.whereIs('k1')).version, 2, 'it has learned the new one');
  t.ok((await values.statistics()).moved > 0, 'because it was told');
});
