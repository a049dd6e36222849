import { ArrayActor, ArrayScheduler } from './array-actor.js';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';
import { PingPongSubject } from './pingpong-subject.js';

/** The same work by two array actors. */
class ArrayPingPong implements Subject {
  readonly name = 'array';
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const scheduler = new ArrayScheduler<{ readonly i: number }>();
    let i = 0;
    const pong = new ArrayActor(scheduler, (message) => ping.tell({ i: message.i }));
    const ping: ArrayActor<{ readonly i: number }> = new ArrayActor(scheduler, (message) => {
      check(message.i === i, () => `ping ${i} came back as ${message.i}`);
      if (++i < count) pong.tell({ i });
    });
    const startNs = nowNs();
    pong.tell({ i: 0 });
    scheduler.run();
    const endNs = nowNs();
    check(i === count, () => `${i} of ${count} came back`);
    return [rate(count, endNs - startNs, 'rt/s')];
  }

  async close(): Promise<void> {}
}

/** Workload B: an integer there and back between two actors of the main thread. */
export const bench: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 2_000_000, 20_000);
    return [
      {
        bench: 'pingpong-local',
        subjects: [
          new PingPongSubject('troupe', { threads: 0 }, [0, 0], count, false),
          new ArrayPingPong(count),
        ],
      },
    ];
  },
};
