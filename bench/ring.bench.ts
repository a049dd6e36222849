import { ArrayActor, ArrayScheduler } from './array-actor.js';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';
import { PortPair } from './port-pair.js';
import { RING_SIZE, RingSubject } from './ring-subject.js';

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
    for (let i = 0; i < RING_SIZE; i++) {
      const next = (i + 1) % RING_SIZE;
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

/** The token goes to and fro between two bare threads: each hop one crossing, as in a ring that is spread. */
class PortRing implements Subject {
  readonly name = 'postMessage';
  readonly #hops: number;
  #pair: PortPair | undefined;

  /** @param hops an even number */
  constructor(hops: number) {
    this.#hops = hops;
  }

  async open(): Promise<void> {
    this.#pair = new PortPair([[0, 1]]);
    await this.#pair.begin(1, { type: 'echo', port: 0 }).ready;
  }

  async round(): Promise<readonly Figure[]> {
    const work = { type: 'ping', port: 0, count: this.#hops / 2 } as const;
    const { startNs, endNs } = await this.#pair!.begin(0, work).done;
    return [rate(this.#hops, endNs - startNs, 'hops/s')];
  }

  async close(): Promise<void> {
    await this.#pair?.close();
  }
}

/** Workload F: a token goes round a ring of 1,000 actors of the main thread. */
export const bench: Bench = {
  contests: (scale) => {
    const hops = countOf(scale, 3_000_000, 20_000);
    return [{ bench: 'ring', subjects: [new RingSubject(0, 0, hops), new ArrayRing(hops)] }];
  },
};

/** Workload F2: the actors of the ring are spread over two threads, so neighbours are never together. */
export const spread: Bench = {
  contests: (scale) => [
    {
      bench: 'ring-2',
      subjects: [
        new RingSubject(2, 'spread', countOf(scale, 600_000, 2000)),
        new PortRing(countOf(scale, 20_000, 1000)),
      ],
    },
  ],
};
