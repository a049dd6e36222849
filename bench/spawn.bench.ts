import type { ActorRef, ActorSystem } from 'troupe';
import { ArrayActor, ArrayScheduler } from './array-actor.js';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';
import { expectedSum } from './loads.js';
import { Breeder, type BreederMessage, Collector, type CollectorMessage } from './spawn-actors.js';
import { assertConserved, startSystem } from './system.js';

const BURST = 1000;

class TroupeSpawn implements Subject {
  readonly name = 'troupe';
  readonly #count: number;
  #system: ActorSystem | undefined;
  #breeder: ActorRef<BreederMessage> | undefined;
  #collector: ActorRef<CollectorMessage> | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 0 });
    this.#system = system;
    this.#collector = system.spawn(Collector, undefined, { placement: 0 });
    this.#breeder = system.spawn(Breeder, undefined, { placement: 0 });
    await Promise.all([system.started(this.#collector), system.started(this.#breeder)]);
  }

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const collector = this.#collector!;
    const collected = collector.ask({ type: 'expect', count });
    const work = { type: 'start', collector, count, burst: BURST } as const;
    const { startNs } = await this.#breeder!.ask(work);
    const { endNs, sum } = await collected;
    check(sum === expectedSum('int', count), () => `the sum is ${sum}`);
    await assertConserved(this.#system!);
    return [rate(count, endNs - startNs, 'actors/s')];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

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
      for (const end = Math.min(made + BURST, count); made < end; made++) {
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
        new TroupeSpawn(countOf(scale, 200_000, 5000)),
        new ArraySpawn(countOf(scale, 1_000_000, 5000)),
      ],
    },
  ],
};
