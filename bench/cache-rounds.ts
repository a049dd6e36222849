import { check, type Figure, nowNs, rate, type Subject } from './harness.js';

/** Keys in turn: `user:0` to the last, made anew each time. */
export const KEY_COUNT = 100_000;
export const VALUE = 'Alice';
export const TTL_MS = 3_600_000;
/** Operations between two looks at the clock: a shard looks once for each message. */
const TICK_COUNT = 64;

/** A cache that is measured. */
export interface MeasuredCache {
  /** Looks at the clock. */
  tick(): void;
  set(key: string): boolean;
  get(key: string): string | unknown;
}

/** Sets all keys in turn, then gets them: `.set` and `.get`. */
export class CacheRounds implements Subject {
  readonly name: string;
  readonly #count: number;
  readonly #make: () => Promise<MeasuredCache>;
  #cache: MeasuredCache | undefined;

  constructor(name: string, count: number, make: () => Promise<MeasuredCache>) {
    this.name = name;
    this.#count = count;
    this.#make = make;
  }

  async open(): Promise<void> {
    this.#cache = await this.#make();
  }

  async round(): Promise<readonly Figure[]> {
    const cache = this.#cache!;
    const count = this.#count;
    const startNs = nowNs();
    let kept = 0;
    for (let i = 0; i < count; i++) {
      if (i % TICK_COUNT === 0) cache.tick();
      if (cache.set(`user:${i % KEY_COUNT}`)) kept++;
    }
    const middleNs = nowNs();
    let found = 0;
    for (let i = 0; i < count; i++) {
      if (i % TICK_COUNT === 0) cache.tick();
      if (cache.get(`user:${i % KEY_COUNT}`) === VALUE) found++;
    }
    const endNs = nowNs();
    check(kept === count && found === count, () => `${kept} kept, ${found} found of ${count}`);
    return [
      { ...rate(count, middleNs - startNs, 'ops/s'), suffix: '.set' },
      { ...rate(count, endNs - middleNs, 'ops/s'), suffix: '.get' },
    ];
  }

  async close(): Promise<void> {
    this.#cache = undefined;
  }
}
