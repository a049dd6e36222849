import type { ActorRef, ActorSystem } from 'troupe';
import { ArrayActor, ArrayScheduler } from './array-actor.js';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';
import { type NodeMessage, RingNode } from './ring-actors.js';
import { assertConserved, startSystem } from './system.js';

const SIZE = 1000;

class TroupeRing implements Subject {
  readonly name = 'troupe';
  readonly #hops: number;
  #system: ActorSystem | undefined;
  #first: ActorRef<NodeMessage> | undefined;

  constructor(hops: number) {
    this.#hops = hops;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: 0 });
    this.#system = system;
    const last = system.spawn(RingNode, { next: undefined }, { placement: 0 });
    let first = last;
    for (let i = 1; i < SIZE; i++)
      first = system.spawn(RingNode, { next: first }, { placement: 0 });
    last.tell({ type: 'next', node: first });
    this.#first = first;
    await system.started(first);
  }

  async round(): Promise<readonly Figure[]> {
    const { elapsedNs, hops } = await this.#first!.ask({
      type: 'walk',
      hops: this.#hops,
    });
    check(hops === this.#hops, () => `${hops} hops, not ${this.#hops}`);
    const before = this.#system!.metrics().total.handled;
    check(before >= hops, () => `${before} messages handled for ${hops} hops`);
    await assertConserved(this.#system!);
    return [rate(hops, elapsedNs, 'hops/s')];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** The same ring of array actors. */
class ArrayRing implements Subject {
  readonly name = 'array';
  readonly #hops: number;

  constructor(hops: number) {
    this.#hops = hops;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const scheduler = new ArrayScheduler<{ readonly left: number }>();
    const nodes: ArrayActor<{ readonly left: number }>[] = [];
    let hops = 0;
    for (let i = 0; i < SIZE; i++) {
      const next = (i + 1) % SIZE;
      const node = new ArrayActor<{ readonly left: number }>(scheduler, ({ left }) => {
        hops++;
        if (left > 0) nodes[next]!.tell({ left: left - 1 });
      });
      nodes.push(node);
    }
    const startNs = nowNs();
    nodes[0]!.tell({ left: this.#hops - 1 });
    scheduler.run();
    const endNs = nowNs();
    check(hops === this.#hops, () => `${hops} hops, not ${this.#hops}`);
    return [rate(hops, endNs - startNs, 'hops/s')];
  }

  async close(): Promise<void> {}
}

/** Workload F: a token goes round a ring of 1,000 actors of the main thread. */
export const bench: Bench = {
  contests: (scale) => {
    const hops = countOf(scale, 3_000_000, 20_000);
    return [{ bench: 'ring', subjects: [new TroupeRing(hops), new ArrayRing(hops)] }];
  },
};
