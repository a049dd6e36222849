import { CacheStore } from 'troupe/actors';
import { type Bench, check, countOf, type Figure, type Subject } from './harness.js';

/** Keys, of which the cache holds a hundredth. */
const KEY_COUNT = 100_000;
const PART = 100;
const SEED = 42;

/** Reads keys by Zipf's law and writes what is missing; the figure is the part of reads that hit. */
class HitRate implements Subject {
  readonly name: string;
  readonly #eviction: 'tiny-lfu' | 'lru';
  readonly #keys: readonly string[];

  constructor(name: string, eviction: 'tiny-lfu' | 'lru', keys: readonly string[]) {
    this.name = name;
    this.#eviction = eviction;
    this.#keys = keys;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const store = new CacheStore({ maxEntries: KEY_COUNT / PART, eviction: this.#eviction }, 0);
    let hits = 0;
    for (const key of this.#keys) {
      if (store.get(key, 0) === undefined) store.set(key, 1, 16, 0);
      else hits++;
    }
    check(store.size <= KEY_COUNT / PART, () => `${store.size} entries`);
    check(store.statistics.hits === hits, () => `${store.statistics.hits} counted, ${hits} seen`);
    return [{ suffix: '', value: (100 * hits) / this.#keys.length, unit: '%' }];
  }

  async close(): Promise<void> {}
}

/** Keys by Zipf's law with exponent 1: the n-th is drawn `1/n` times as often as the first. */
function zipfKeys(count: number): readonly string[] {
  const sums = new Float64Array(KEY_COUNT);
  let total = 0;
  for (let rank = 0; rank < KEY_COUNT; rank++) {
    total += 1 / (rank + 1);
    sums[rank] = total;
  }
  let state = SEED;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    const drawn = next() * total;
    let [low, high] = [0, KEY_COUNT - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle]! < drawn) low = middle + 1;
      else high = middle;
    }
    return `k${low}`;
  });
}

/** How often a cache of a hundredth of the keys has the one that is asked for. */
export const bench: Bench = {
  contests: (scale) => {
    const keys = zipfKeys(countOf(scale, 1_000_000, 50_000));
    return [
      {
        bench: 'cache-hitrate',
        subjects: [new HitRate('troupe', 'tiny-lfu', keys), new HitRate('troupe/lru', 'lru', keys)],
      },
    ];
  },
};
