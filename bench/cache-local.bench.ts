import { HashRing } from 'troupe';
import { CacheStore } from 'troupe/actors';
import { CacheRounds, KEY_COUNT, TTL_MS, VALUE } from './cache-rounds.js';
import { type Bench, type Contest, countOf, type Scale, type Subject } from './harness.js';

const ENTRY_BYTES = 16;
const COUNT = 1_000_000;

/** The core of a shard; behind a ring with its own node alone, as the seed has it, or by itself. */
function store(
  name: string,
  scale: Scale,
  eviction: 'tiny-lfu' | 'lru',
  hasRing: boolean,
): Subject {
  return new CacheRounds(name, countOf(scale, COUNT, 20_000), async () => {
    const ring = new HashRing([{ id: 'node1' }], { virtualNodes: 100 });
    const isOwn = hasRing ? (key: string) => ring.indexOf(key) === 0 : () => true;
    const cache = new CacheStore({ maxEntries: KEY_COUNT, eviction }, performance.now());
    let nowMs = 0;
    return {
      tick: () => {
        nowMs = performance.now();
      },
      set: (key) => isOwn(key) && cache.set(key, VALUE, ENTRY_BYTES, nowMs, TTL_MS) > 0,
      get: (key) => (isOwn(key) ? cache.get(key, nowMs) : undefined),
    };
  });
}

/** A Map of values and deadlines: no bound, no order, nothing is ever given back. */
function map(scale: Scale): Subject {
  return new CacheRounds('map', countOf(scale, COUNT, 20_000), async () => {
    const entries = new Map<string, { value: string; untilMs: number }>();
    let nowMs = 0;
    return {
      tick: () => {
        nowMs = performance.now();
      },
      set: (key) => entries.set(key, { value: VALUE, untilMs: nowMs + TTL_MS }).size > 0,
      get: (key) => {
        const entry = entries.get(key);
        return entry !== undefined && nowMs < entry.untilMs ? entry.value : undefined;
      },
    };
  });
}

/** Workload K5, its second half: set and get of 100,000 keys with a time to live. */
export const bench: Bench = {
  contests: (scale): readonly Contest[] => [
    {
      bench: 'cache-local',
      subjects: [
        store('troupe', scale, 'tiny-lfu', true),
        store('troupe/core', scale, 'tiny-lfu', false),
        store('troupe/core-lru', scale, 'lru', false),
        map(scale),
      ],
    },
  ],
};
