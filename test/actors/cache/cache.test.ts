import t from 'tap';
import { cache, openCache } from '#actors/index.js';
import { assertTroupeError, rejection, thrown } from '../../support/errors.js';
import { startSystem } from '../../support/system.js';
import { until, untilAsync } from '../../support/turns.js';

/** Enough of them for the second that a sweep may take. */
const MAX_QUESTIONS = 2_000_000;

t.test('what is set on one shard or another is got, had, deleted and gone', async (t) => {
  const users = cache<{ name: string } | string | number>(await startSystem(t), { shards: 3 });
  const object = { name: 'Alice', deep: [1, new Map([['a', new Date(5)]])] };
  const keys = Array.from({ length: 50 }, (_, n) => `k${n}`);
  await users.setMany(keys.map((key, n) => [key, n]));
  await users.set('object', object);
  t.same(await users.get('object'), object);
  t.not(await users.get('object'), object, 'a copy');
  t.same(
    [...(await users.getMany([...keys, 'nobody']))],
    keys.map((key, n) => [key, n]),
  );
  t.equal(await users.has('k7'), true);
  t.equal(await users.delete('k7'), true);
  t.equal(await users.delete('k7'), false);
  t.equal(await users.has('k7'), false);
  t.equal(await users.get('k7'), undefined);
  const { entries, hits, misses, writes } = await users.statistics();
  t.same([entries, hits, misses, writes], [50, 52, 2, 51]);
});

t.test(
  'calls that nobody awaits happen in the order they are made, from the first on',
  async (t) => {
    const system = await startSystem(t);
    const owner = cache<unknown>(system, { shards: 3 });
    const fresh = () => openCache<unknown>(system, owner.ref);
    for (const [isFirst, values] of [
      ['the first calls of a client', fresh],
      ['later ones', () => owner],
    ] as const) {
      await owner.clear();
      const once = values();
      const value = { n: 1 };
      void once.set('a', value);
      value.n = 2;
      t.same(await once.get('a'), { n: 1 }, `${isFirst}: a value is what it was at the call`);
      const counting = values();
      void counting.increment('n');
      t.equal(await counting.get('n'), 1, `${isFirst}: increment, get`);
      const clearing = values();
      void clearing.set('a', 3);
      void clearing.clear();
      const between = clearing.get('a');
      void clearing.set('a', 4);
      t.same(await Promise.all([between, clearing.get('a')]), [undefined, 4], `${isFirst}: clear`);
      const deleting = values();
      void deleting.set('a', 5, { tags: ['red'] });
      void deleting.invalidateTag('red');
      t.equal(await deleting.delete('a'), false, `${isFirst}: invalidateTag, delete`);
    }
  },
);

t.test('calls of one turn travel in one message a shard', async (t) => {
  const system = await startSystem(t);
  const counts = cache<number>(system, { shards: 4 });
  await counts.get('warm');
  const before = system.metrics().total.handled;
  const keys = Array.from({ length: 400 }, (_, n) => `k${n}`);
  await Promise.all(keys.map((key, n) => counts.set(key, n)));
  const found = await counts.getMany(keys);
  t.equal(found.size, 400);
  const handled = system.metrics().total.handled - before;
  t.ok(handled <= 8 + 8, `${handled} messages for 800 calls, sweeps included`);
});

t.test('a write under a condition is kept only if it holds, and says what is there', async (t) => {
  const values = cache<string>(await startSystem(t));
  const first = await values.setIf('a', 'one', 'absent');
  t.ok(first > 0);
  t.equal(await values.setIf('a', 'two', 'absent'), -first);
  t.equal(await values.setIf('b', 'two', 'present'), 0);
  const second = await values.setIf('a', 'two', first);
  t.ok(second > first);
  t.equal(await values.setIf('a', 'three', first), -second, 'of an old version');
  t.same(await values.getEntry('a'), { value: 'two', version: second });
  t.equal(await values.delete('a', first), false);
  t.equal(await values.delete('a', second), true);
  const third = await values.set('a', 'anew');
  t.ok(third > second, 'a version does not come back');
});

t.test('of many who change one value at the same time none is lost', async (t) => {
  const system = await startSystem(t);
  const clients = [cache<number>(system, { name: 'shared' })];
  for (let n = 0; n < 3; n++) clients.push(openCache<number>(system, clients[0]!.ref));
  await Promise.all(
    Array.from({ length: 40 }, (_, n) => clients[n % 4]!.compute('sum', (sum = 0) => sum + 1)),
  );
  t.equal(await clients[1]!.get('sum'), 40);
  await Promise.all(Array.from({ length: 100 }, (_, n) => clients[n % 4]!.increment('count', 2)));
  t.equal(await clients[2]!.get('count'), 200);
  t.equal(await clients[0]!.compute('sum', () => undefined), undefined);
  t.equal(await clients[3]!.has('sum'), false, 'undefined deletes it');
  t.match(
    await rejection(
      clients[0]!.compute('x', () => {
        throw new Error('no');
      }),
    ),
    { message: 'no' },
  );
});

t.test('a counter stays within its bounds', async (t) => {
  const counts = cache<number | string>(await startSystem(t));
  t.equal(await counts.increment('c', 5, { initial: 90, max: 100 }), 95);
  t.equal(await counts.increment('c', 5, { max: 100 }), 100);
  t.equal(await counts.increment('c', 1, { max: 100 }), undefined);
  t.equal(await counts.increment('c', -101, { min: 0 }), undefined);
  t.equal(await counts.get('c'), 100);
  t.equal(
    await counts.increment('c', Number.MAX_SAFE_INTEGER),
    undefined,
    'never beyond exact numbers',
  );
  await counts.set('text', 'x');
  assertTroupeError(t, await rejection(counts.increment('text')), 'ERR_CACHE_VALUE', /text/);
  assertTroupeError(t, await rejection(counts.increment('c', Number.NaN)), 'ERR_CACHE_VALUE');
});

t.test('entries are invalidated by tag, by prefix, and all at once, over all shards', async (t) => {
  const values = cache<number>(await startSystem(t), { shards: 4 });
  const fill = (): Promise<unknown> =>
    Promise.all(
      ['red', 'blue'].map((tag) => values.setMany(keysOf(tag, 50), { tags: [tag, 'colour'] })),
    );
  await fill();
  t.equal(await values.invalidateTag('red'), 50);
  t.equal((await values.getMany(keysOf('red', 50).map(([key]) => key))).size, 0);
  t.equal((await values.getMany(keysOf('blue', 50).map(([key]) => key))).size, 50);
  t.equal(await values.invalidatePrefix('blue:1'), 11);
  t.equal(await values.has('blue:2'), true);
  t.equal(await values.invalidateTag('colour'), 39);
  await fill();
  t.equal(await values.clear(), 100);
  t.equal((await values.statistics()).entries, 0);
});

function keysOf(tag: string, count: number): [string, number][] {
  return Array.from({ length: count }, (_, n) => [`${tag}:${n}`, n]);
}

t.test('entries expire, and their memory comes back without anybody asking for them', async (t) => {
  const values = cache<number>(await startSystem(t), { sweepIntervalMs: 20 });
  await values.setMany(keysOf('short', 1000), { ttlMs: 1 });
  await values.set('long', 1, { ttlMs: 3_600_000 });
  await untilAsync('all have expired', async () => !(await values.has('short:1')));
  const isSwept = async (): Promise<boolean> => (await values.statistics()).entries === 1;
  await untilAsync('and are swept', isSwept, MAX_QUESTIONS);
  t.equal(await values.get('long'), 1);
});

t.test('what keepTtl is set for keeps the time to live it has', async (t) => {
  const values = cache<number>(await startSystem(t));
  await values.set('a', 1, { ttlMs: 1 });
  await values.set('b', 1, { ttlMs: 3_600_000 });
  await values.set('b', 2, { keepTtl: true, ttlMs: 1 });
  await untilAsync('the short one has expired', async () => !(await values.has('a')));
  t.equal(await values.get('b'), 2);
});

t.test('every removal is reported with its reason', async (t) => {
  const values = cache<number>(await startSystem(t), {
    maxEntries: 2,
    eviction: 'lru',
    shards: 1,
    sweepIntervalMs: 10,
  });
  const seen: string[] = [];
  values.onRemoved(({ key, reason }) => seen.push(`${key} ${reason}`));
  await untilAsync('the listener is known', async () => {
    await values.set('probe', 1);
    return seen.length > 0;
  });
  await values.delete('probe');
  seen.length = 0;
  for (const key of ['a', 'b', 'c']) await values.set(key, 1);
  await values.delete('b');
  await values.clear();
  await values.set('d', 1, { ttlMs: 1 });
  await until('all is reported', () => seen.length >= 4, 20 * MAX_QUESTIONS);
  t.same(seen, ['a evicted', 'b deleted', 'c cleared', 'd expired']);
});

t.test(
  'bad input is refused before anything is sent, with an error that says what to do',
  async (t) => {
    const system = await startSystem(t);
    const values = cache<unknown>(system, { maxEntryBytes: 100 });
    for (const ttlMs of [
      0,
      -1,
      Number.NaN,
      2 ** 31 + 1,
      '5' as unknown as number,
      null as unknown as number,
      Number.NEGATIVE_INFINITY,
    ]) {
      for (const call of [
        values.set('a', 1, { ttlMs }),
        values.setMany([['a', 1]], { ttlMs }),
        values.getOrLoad('a', () => 1, { ttlMs }),
        values.increment('a', 1, { ttlMs }),
      ]) {
        assertTroupeError(t, await rejection(call), 'ERR_CACHE_TTL', /ttlMs is/);
      }
      assertTroupeError(
        t,
        thrown(() => cache(system, { ttlMs })),
        'ERR_CACHE_TTL',
      );
    }
    t.ok((await values.set('edge', 1, { ttlMs: 2 ** 31 })) > 0, '2^31 is allowed');
    t.ok((await values.set('edge', 1, { ttlMs: Infinity })) > 0, 'and so is no end');
    for (const key of [
      '',
      'x'.repeat(1025),
      5 as unknown as string,
      undefined as unknown as string,
    ]) {
      for (const call of [
        values.get(key),
        values.set(key, 1),
        values.delete(key),
        values.has(key),
        values.getOrLoad(key, () => 1),
        values.increment(key),
        values.invalidateTag(key),
      ]) {
        assertTroupeError(t, await rejection(call), 'ERR_CACHE_KEY');
      }
    }
    for (const tags of [[''], 'red' as never, null as never, [null as never]]) {
      assertTroupeError(t, await rejection(values.set('a', 1, { tags })), 'ERR_CACHE_KEY');
      assertTroupeError(
        t,
        await rejection(values.getOrLoad('a', () => 1, { tags })),
        'ERR_CACHE_KEY',
      );
    }
    for (const when of ['never' as never, Number.NaN, -1]) {
      assertTroupeError(t, await rejection(values.setIf('a', 1, when)), 'ERR_OPTION');
      assertTroupeError(t, await rejection(values.delete('a', when)), 'ERR_OPTION');
    }
    for (const value of [undefined, () => 1, Symbol('x'), { deep: () => 1 }]) {
      assertTroupeError(t, await rejection(values.set('a', value)), 'ERR_CACHE_VALUE');
    }
    assertTroupeError(
      t,
      await rejection(values.set('a', 'x'.repeat(100))),
      'ERR_CACHE_TOO_LARGE',
      /101 bytes/,
    );
    t.equal(await values.get('a'), undefined, 'nothing of it was kept');
    for (const value of [null, false, 0, '', Number.NaN, -0, 10n, Buffer.from('x'), []]) {
      await values.set('odd', value);
      t.same(await values.get('odd'), value, `${typeof value} is a value like any other`);
    }
  },
);

t.test('options outside their range are refused when the cache is made', async (t) => {
  const system = await startSystem(t);
  for (const options of [
    { shards: 0 },
    { shards: 1.5 },
    { maxEntries: 0 },
    { maxBytes: -1 },
    { jitter: 1 },
    { virtualNodes: 0 },
    { loadTimeoutMs: 0 },
    { near: { maxEntries: 0 } },
    { eviction: 'fifo' as 'lru' },
    { placement: 'random' as 'ring' },
    { replicas: 3 },
    { maxEntires: 5 } as never,
    { near: { maxEntires: 5 } as never },
  ]) {
    assertTroupeError(
      t,
      thrown(() => cache(system, options)),
      'ERR_OPTION',
    );
  }
  const values = cache<number>(system);
  assertTroupeError(t, await rejection(values.resize(0)), 'ERR_OPTION');
  const misspelled = { ttl: 5 } as never;
  for (const call of [
    values.set('a', 1, misspelled),
    values.setMany([['a', 1]], misspelled),
    values.setIf('a', 1, 'absent', null as never),
    values.getOrLoad('a', () => 1, misspelled),
    values.increment('a', 1, misspelled),
  ]) {
    assertTroupeError(t, await rejection(call), 'ERR_OPTION');
  }
  t.equal(await values.get('a'), undefined, 'and nothing was kept without its time to live');
  assertTroupeError(
    t,
    thrown(() => openCache(system, values.ref, misspelled)),
    'ERR_OPTION',
    "'ttl' is an unknown option",
  );
});

t.test('a cache that is stopped says so', async (t) => {
  const system = await startSystem(t);
  const values = cache<number>(system);
  await values.set('a', 1);
  await system.stopActor(values.ref);
  assertTroupeError(t, await rejection(values.get('a')), 'ERR_NO_SUCH_ACTOR');
});
