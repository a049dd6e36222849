import { ArrayActor, ArrayScheduler } from './array-actor.js';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';
import { expectedSum } from './loads.js';
import { SPAWN_BURST, SpawnSubject } from './spawn-subject.js';

/** Array actors that are made, handle one message and are forgotten. */
class ArraySpawn implements Subject {
  readonly name = 'array';
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const scheduler = new ArrayScheduler<{ readonly n: number }>();
    let sum = 0;
    let made = 0;
    const collector = new ArrayActor<{ readonly n: number }>(scheduler, ({ n }) => {
      sum += n;
    });
    const breeder = new ArrayActor<{ readonly n: number }>(scheduler, () => {
      for (const end = Math.min(made + SPAWN_BURST, count); made < end; made++) {
        const mayfly = new ArrayActor<{ readonly n: number }>(scheduler, ({ n }) => {
          collector.tell({ n });
        });
        mayfly.tell({ n: made });
      }
      if (made < count) breeder.tell({ n: 0 });
    });
    const startNs = nowNs();
    breeder.tell({ n: 0 });
    scheduler.run();
    const endNs = nowNs();
    check(sum === expectedSum('int', count), () => `the sum is ${sum}`);
    return [rate(count, endNs - startNs, 'actors/s')];
  }

  async close(): Promise<void> {}
}

/** Workload G: actors that live for one message, on the main thread. */
export const bench: Bench = {
  contests: (scale) => [
    {
      bench: 'spawn',
      subjects: [
        new SpawnSubject(0, 'same', countOf(scale, 200_000, 5000)),
        new ArraySpawn(countOf(scale, 1_000_000, 5000)),
      ],
    },
  ],
};

/** Workload G2: the same, spread over two threads. The baseline stays on one. */
export const spread: Bench = {
  contests: (scale) => [
    {
      bench: 'spawn-2',
      subjects: [
        new SpawnSubject(2, 'spread', countOf(scale, 200_000, 5000)),
        new ArraySpawn(countOf(scale, 1_000_000, 5000)),
      ],
    },
  ],
};
