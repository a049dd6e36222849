import type { ActorRef, ActorSystem } from 'troupe';
import { type Cache, cache } from 'troupe/actors';
import { CacheUser, type CacheUserMessage } from './cache-actors.js';
import { OUTSTANDING } from './cross-gets.js';
import { type Bench, countOf, type Figure, type Subject } from './harness.js';
import { askedFigures, PortRequestSubject } from './port-request-subject.js';
import { assertConserved, startSystem } from './system.js';

const UNIT = 'ops/s';

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
    const asked = await this.#user!.ask({ type: 'start', cache: this.#cache!.ref, count });
    await assertConserved(this.#system!);
    return askedFigures(count, asked, UNIT);
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** Gets of a cache on another thread, 64 at a time, a promise for each. */
export const bench: Bench = {
  contests: (scale) => [
    {
      bench: 'cache-cross',
      subjects: [
        new CrossGets(countOf(scale, 640_000, 6400)),
        // Questions and answers, a message each: what a cache behind a MessagePort cannot surpass.
        new PortRequestSubject(countOf(scale, 320_000, 6400), OUTSTANDING, UNIT),
      ],
    },
  ],
};
