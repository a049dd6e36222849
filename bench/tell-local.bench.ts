import { ArrayActor, ArrayScheduler } from './array-actor.js';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';
import { type IncMessage, makeOne } from './loads.js';
import { Counter, OneSender } from './tell-actors.js';
import { TellSubject } from './tell-subject.js';

const BURST = 1000;

/** The same work by array actors: a sender that sends in bursts, a counter. */
class ArrayTell implements Subject {
  readonly name = 'array';
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const scheduler = new ArrayScheduler<IncMessage | { readonly type: 'burst' }>();
    let sum = 0;
    let sent = 0;
    const counter = new ArrayActor(scheduler, (message) => {
      if (message.type === 'inc') sum += message.n;
    });
    const sender = new ArrayActor(scheduler, () => {
      for (const end = Math.min(sent + BURST, count); sent < end; sent++) counter.tell(makeOne());
      if (sent < count) sender.tell({ type: 'burst' });
    });
    const startNs = nowNs();
    sender.tell({ type: 'burst' });
    scheduler.run();
    const endNs = nowNs();
    check(sum === count, () => `the sum is ${sum}, not ${count}`);
    return [rate(count, endNs - startNs, 'msg/s')];
  }

  async close(): Promise<void> {}
}

/** Workload A: one actor tells another on the same thread, the main one. */
export const bench: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 10_000_000, 100_000);
    return [
      {
        bench: 'tell-local',
        subjects: [
          new TellSubject({
            name: 'troupe',
            system: { threads: 0 },
            sender: OneSender,
            receiver: Counter,
            senderThreads: [0],
            receiverThread: 0,
            load: 'one',
            count,
            burst: BURST,
          }),
          new ArrayTell(count),
        ],
      },
    ];
  },
};
