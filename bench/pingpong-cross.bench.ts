import { type Bench, countOf, type Figure, type Subject } from './harness.js';
import { PingPongSubject, roundTripFigures } from './pingpong-subject.js';
import { PortPair } from './port-pair.js';
import { SabPingPong } from './sab-pingpong-subject.js';

/** Two bare threads and one MessageChannel. */
class PortPingPong implements Subject {
  readonly name = 'postMessage';
  readonly #count: number;
  #pair: PortPair | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {
    this.#pair = new PortPair([[0, 1]]);
    await this.#pair.begin(1, { type: 'echo', port: 0 }).ready;
  }

  async round(): Promise<readonly Figure[]> {
    const work = { type: 'ping', port: 0, count: this.#count } as const;
    const { startNs, endNs, latenciesUs } = await this.#pair!.begin(0, work).done;
    return roundTripFigures(this.#count, endNs - startNs, latenciesUs);
  }

  async close(): Promise<void> {
    await this.#pair?.close();
  }
}

/** Workload C: an integer there and back between two threads that poll, or that park every time. */
export const bench: Bench = {
  contests: (scale) => {
    const polling = countOf(scale, 200_000, 2000);
    const parking = countOf(scale, 5000, 200);
    const parked = { threads: 2, idleLevel: 0 };
    return [
      {
        bench: 'pingpong-cross',
        subjects: [
          new PingPongSubject('troupe', { threads: 2 }, [1, 2], polling, true),
          new PingPongSubject('troupe/parked', parked, [1, 2], parking, true),
          new PortPingPong(countOf(scale, 10_000, 200)),
          new SabPingPong('spin', countOf(scale, 400_000, 200)),
          new SabPingPong('wait', parking),
          new SabPingPong('waitAsync', parking),
        ],
      },
    ];
  },
};
