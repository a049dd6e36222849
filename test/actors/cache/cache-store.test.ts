import fc from 'fast-check';
import t from 'tap';
import { CacheStore } from '#actors/cache/store/cache-store.js';
import { SeededRandom } from '#runtime/base/random.js';

const HOUR_MS = 3_600_000;

t.test(
  'an entry is answered until its time is over, to the millisecond, and never after',
  async (t) => {
    const store = new CacheStore({}, 1000);
    store.set('a', 1, 2, 1000, 50);
    t.equal(store.get('a', 1049.9), 1);
    t.equal(store.get('a', 1050), undefined);
    t.equal(store.size, 0, 'reading it gave its memory back');
    t.equal(store.statistics.removed.expired, 1);
  },
);

t.test('a sliding time to live begins anew with each use', async (t) => {
  const store = new CacheStore({}, 0);
  store.set('a', 1, 2, 0, 100, { sliding: true });
  for (const nowMs of [90, 180, 270]) t.equal(store.get('a', nowMs), 1);
  t.equal(store.sweep(5000, 100), true);
  t.equal(store.size, 0);
  store.set('b', 1, 2, 5000, 2000, { sliding: true });
  t.equal(store.get('b', 6900), 1);
  store.sweep(8000, 100);
  t.equal(store.get('b', 8001), 1, 'the sweep keeps what was prolonged');
});

t.test('a sweep removes what has expired, in steps of any size, and nothing else', async (t) => {
  const store = new CacheStore({}, 0);
  for (let n = 0; n < 5000; n++) store.set(`k${n}`, n, 8, 0, n % 2 === 0 ? 1500 : 10 * HOUR_MS);
  let steps = 0;
  while (!store.sweep(4000, 100)) steps++;
  t.ok(steps >= 20, `${steps} steps of 100 entries`);
  t.equal(store.size, 2500);
  t.equal(store.get('k1', 4000), 1);
  while (!store.sweep(9 * HOUR_MS, 1000));
  t.equal(store.size, 2500, 'many turns of the wheel later they are still there');
  while (!store.sweep(11 * HOUR_MS, 1000));
  t.equal(store.size, 0);
  t.equal(store.bytes, 0);
});

t.test('a time to live that is shortened or ended is swept at its new end', async (t) => {
  const store = new CacheStore({}, 0);
  for (const key of ['shorter', 'longer', 'endless']) store.set(key, 1, 1, 0, 2000);
  store.set('late', 1, 1, 0, HOUR_MS);
  store.set('late', 2, 1, 0, 100);
  store.set('shorter', 2, 1, 0, 1);
  store.set('longer', 2, 1, 0, 10_000);
  store.set('endless', 2, 1, 0);
  while (!store.sweep(2100, 10));
  t.same(store.keys().toSorted(), ['endless', 'longer']);
  while (!store.sweep(12_000, 10));
  t.same(store.keys(), ['endless']);
});

t.test('an hour of idleness, and time that seems to go back, do no harm', async (t) => {
  const store = new CacheStore({}, 5 * HOUR_MS);
  store.set('a', 1, 1, 5 * HOUR_MS, HOUR_MS);
  while (!store.sweep(5 * HOUR_MS + 1, 10));
  while (!store.sweep(4 * HOUR_MS, 10));
  t.equal(store.get('a', 4 * HOUR_MS), 1, 'nothing expires early');
  store.set('b', 2, 1, 4 * HOUR_MS, 10);
  while (!store.sweep(6 * HOUR_MS + 2000, 10));
  t.equal(store.size, 0);
});

t.test('neither bound is exceeded after any write', async () => {
  const writes = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 50 }), fc.boolean()));
  fc.assert(
    fc.property(writes, fc.constantFrom('tiny-lfu' as const, 'lru' as const), (list, eviction) => {
      const store = new CacheStore({ maxEntries: 20, maxBytes: 300, eviction }, 0);
      let bytes = 0;
      for (const [n, size, reads] of list) {
        store.set(`k${n}`, n, size, 0);
        if (reads) store.get(`k${n >> 1}`, 0);
        if (store.size > 20 || store.bytes > 300) return false;
      }
      for (const key of store.keys()) bytes += store.columns.bytes[store.find(key, 0)]!;
      return bytes === store.bytes;
    }),
  );
});

t.test('a store agrees with a Map and deadlines written down, whatever is done to it', async () => {
  const step = fc.record({
    op: fc.constantFrom('set', 'get', 'delete', 'sweep', 'tag', 'prefix'),
    key: fc.nat(15).map((n) => `k${n}`),
    ttlMs: fc.constantFrom(1, 700, 3000, Number.POSITIVE_INFINITY),
    passMs: fc.constantFrom(0, 1, 500, 2000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const store = new CacheStore({}, 0);
      const model = new Map<string, { value: number; untilMs: number }>();
      let nowMs = 0;
      return steps.every(({ op, key, ttlMs, passMs }, index) => {
        nowMs += passMs;
        for (const [each, { untilMs }] of model) if (nowMs >= untilMs) model.delete(each);
        const tags = [`t${key.length}`];
        if (op === 'set') {
          store.set(key, index, 4, nowMs, ttlMs, { tags });
          model.set(key, { value: index, untilMs: nowMs + ttlMs });
        } else if (op === 'sweep') store.sweep(nowMs, 5);
        else if (op === 'delete') return store.delete(key, nowMs) === model.delete(key);
        else if (op === 'get') return store.get(key, nowMs) === model.get(key)?.value;
        else {
          const removed = op === 'tag' ? store.deleteTag(tags[0]!) : store.deletePrefix(key);
          const isMeant = (each: string): boolean =>
            op === 'tag' ? each.length === key.length : each.startsWith(key);
          for (const each of model.keys()) {
            if (isMeant(each) && !removed.includes(each)) return false;
            if (isMeant(each)) model.delete(each);
          }
        }
        return [...model.keys()].every((each) => store.find(each, nowMs) >= 0);
      });
    }),
  );
});

t.test(
  'versions rise with every write of a key, also after it was deleted, and in a later store',
  async (t) => {
    const store = new CacheStore({}, 100);
    const first = store.set('a', 1, 1, 100);
    const second = store.set('a', 2, 1, 100);
    store.delete('a', 100);
    const third = store.set('a', 3, 1, 100);
    t.ok(first < second && second < third);
    const later = new CacheStore({}, 101);
    t.ok(later.set('a', 1, 1, 101) > third, 'a store that takes the place of a dead one goes on');
  },
);

t.test('whatever goes is reported with its reason', async (t) => {
  const seen: string[] = [];
  const onRemoved = (key: string, reason: string): void => void seen.push(`${key} ${reason}`);
  const store = new CacheStore({ maxEntries: 3, eviction: 'lru', onRemoved }, 0);
  store.set('a', 1, 1, 0);
  store.set('a', 2, 1, 0);
  store.delete('a', 0);
  store.set('b', 1, 1, 0, 10);
  store.get('b', 10);
  store.set('c', 1, 1, 20, 1e6, { tags: ['red'] });
  store.deleteTag('red');
  for (const key of ['d', 'e', 'f', 'g']) store.set(key, 1, 1, 20);
  t.same(store.clear().toSorted(), ['e', 'f', 'g']);
  t.same(seen.splice(-3).toSorted(), ['e cleared', 'f cleared', 'g cleared']);
  t.same(seen, ['a replaced', 'a deleted', 'b expired', 'c invalidated', 'd evicted']);
});

t.test('an entry keeps its times, tags and version when it moves to another store', async (t) => {
  const [from, to] = [new CacheStore({}, 0), new CacheStore({}, 0)];
  from.set('a', 'x', 3, 0, 100, { keepMs: 50, tags: ['red'], costMs: 7 });
  const entry = from.columns.entryAt(from.find('a', 20));
  to.adopt(entry, 20);
  t.same(to.columns.entryAt(to.find('a', 20)), entry);
  t.ok(to.set('a', 'y', 3, 20) > entry.version);
  to.adopt({ ...entry, key: 'late' }, 150);
  t.equal(to.find('late', 150), -1, 'one that expired on the way does not come back');
});

/** Draws from `count` keys, the n-th `1/n` times as often as the first. */
function zipf(count: number, random: SeededRandom): () => number {
  const sums = new Float64Array(count);
  let total = 0;
  for (let rank = 0; rank < count; rank++) sums[rank] = total += 1 / (rank + 1);
  return () => {
    const drawn = random.next() * total;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! < drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function hitRate(
  eviction: 'tiny-lfu' | 'lru',
  keys: readonly string[],
  maxEntries: number,
): number {
  const store = new CacheStore({ maxEntries, eviction }, 0);
  for (const key of keys) if (store.get(key, 0) === undefined) store.set(key, 1, 8, 0);
  return store.statistics.hits / keys.length;
}

t.test(
  'on Zipf 1.0 at 1 % of the keys W-TinyLFU hits at least 8 points more often than LRU',
  async (t) => {
    const draw = zipf(50_000, new SeededRandom(7));
    const keys = Array.from({ length: 250_000 }, () => `k${draw()}`);
    const [tinyLfu, lru] = [hitRate('tiny-lfu', keys, 500), hitRate('lru', keys, 500)];
    t.ok(tinyLfu - lru >= 0.08, `seed 7: ${tinyLfu} against ${lru}`);
  },
);

t.test('a scan does not push out what is used often, as it does with LRU', async (t) => {
  const rates = (['tiny-lfu', 'lru'] as const).map((eviction) => {
    const store = new CacheStore({ maxEntries: 1000, eviction }, 0);
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 900; n++)
        if (store.get(`hot${n}`, 0) === undefined) store.set(`hot${n}`, 1, 8, 0);
    }
    for (let n = 0; n < 20_000; n++) store.set(`scan${n}`, 1, 8, 0);
    return (
      Array.from({ length: 900 }, (_, n) => store.get(`hot${n}`, 0)).filter(Boolean).length / 900
    );
  });
  t.ok(rates[0]! > 0.85, `${rates[0]} of the hot keys are still there`);
  t.equal(rates[1], 0);
});

t.test('what was popular long ago gives way to what is popular now', async (t) => {
  const store = new CacheStore({ maxEntries: 100 }, 0);
  const use = (name: string, rounds: number): void => {
    for (let round = 0; round < rounds; round++) {
      for (let n = 0; n < 90; n++)
        if (store.get(`${name}${n}`, 0) === undefined) store.set(`${name}${n}`, 1, 8, 0);
    }
  };
  use('old', 20);
  use('new', 60);
  const kept = Array.from({ length: 90 }, (_, n) => store.get(`new${n}`, 0)).filter(Boolean).length;
  t.ok(kept > 80, `${kept} of 90`);
});
