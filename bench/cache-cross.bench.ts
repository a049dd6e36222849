import type { ActorRef, ActorSystem } from 'troupe';
import { type Cache, cache } from 'troupe/actors';
import { CacheUser, type CacheUserMessage } from './cache-actors.js';
import { type Bench, check, countOf, type Figure, rate, type Subject } from './harness.js';
import { PortPair } from './port-pair.js';
import { assertConserved, startSystem } from './system.js';

const OUTSTANDING = 64;
const KEY_COUNT = 1000;

class CrossGets implements Subject {
  readonly name = 'troupe';
  readonly #count: number;
  #system: ActorSystem | undefined;
  #user: ActorRef<CacheUserMessage> | undefined;
  #cache: Cache<number> | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 2 });
    this.#system = system;
    // One shard, on thread 1; who asks is on thread 2.
    this.#cache = cache<number>(system, { shards: 1, sweepIntervalMs: 60_000 });
    this.#user = system.spawn(CacheUser, undefined, { placement: 2 });
    await system.started(this.#user);
  }

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const { ref } = this.#cache!;
    const work = {
      type: 'start',
      cache: ref,
      count,
      outstanding: OUTSTANDING,
      keyCount: KEY_COUNT,
    };
    const { startNs, endNs, sum } = await this.#user!.ask(work as CacheUserMessage);
    check(sum === count, () => `${sum} answers to ${count} questions`);
    await assertConserved(this.#system!);
    return [rate(count, endNs - startNs, 'ops/s')];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** Questions and answers by hand, a message each: what a cache behind a MessagePort cannot surpass. */
class PortGets implements Subject {
  readonly name = 'postMessage';
  readonly #count: number;
  #pair: PortPair | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {
    this.#pair = new PortPair([[0, 1]]);
    await this.#pair.begin(1, { type: 'serve', port: 0 }).ready;
  }

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const work = { type: 'request', port: 0, count, outstanding: OUTSTANDING } as const;
    const { startNs, endNs, sum } = await this.#pair!.begin(0, work).done;
    check(sum === count, () => `${sum} answers to ${count} questions`);
    return [rate(count, endNs - startNs, 'ops/s')];
  }

  async close(): Promise<void> {
    await this.#pair?.close();
  }
}

/** Gets of a cache on another thread, 64 at a time, a promise for each. */
export const bench: Bench = {
  contests: (scale) => [
    {
      bench: 'cache-cross',
      subjects: [
        new CrossGets(countOf(scale, 640_000, 6400)),
        new PortGets(countOf(scale, 320_000, 6400)),
      ],
    },
  ],
};
