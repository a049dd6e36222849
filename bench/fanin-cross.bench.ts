import { type Bench, check, countOf, type Figure, rate, type Subject } from './harness.js';
import { expectedSum } from './loads.js';
import { PortPair } from './port-pair.js';
import { Counter, IntSender } from './tell-actors.js';
import { TellSubject } from './tell-subject.js';

const BURST = 1000;
const SENDERS = 8;
/** Thread of each sender, numbered from 0; the receiver is on thread 1. */
const SIDES = [0, 0, 0, 0, 1, 1, 1, 1] as const;

/** Eight channels into one thread, four of them from that thread itself. */
class PortFanIn implements Subject {
  readonly name = 'postMessage';
  readonly #count: number;
  #pair: PortPair | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {
    this.#pair = new PortPair(SIDES.map((side) => [side, 1]));
  }

  async round(): Promise<readonly Figure[]> {
    const pair = this.#pair!;
    const count = this.#count;
    const each = count / SENDERS;
    // Ports of thread 1: the far ends of channels 0 to 3, then both ends of each of the others.
    const ports = [0, 1, 2, 3, 5, 7, 9, 11];
    const receiving = pair.begin(1, {
      type: 'receive',
      ports,
      load: 'int',
      count,
    });
    await receiving.ready;
    const sending = SIDES.map((side, i) => {
      const port = side === 0 ? i : 4 + 2 * (i - 4);
      const work = {
        load: 'int',
        count: each,
        burst: BURST,
        sizeBytes: 0,
      } as const;
      return pair.begin(side, { type: 'send', port, ...work }).done;
    });
    const starts = (await Promise.all(sending)).map(({ startNs }) => startNs);
    const { endNs, sum } = await receiving.done;
    check(sum === expectedSum('int', each) * SENDERS, () => `the sum is ${sum}`);
    return [rate(count, endNs - Math.min(...starts), 'msg/s')];
  }

  async close(): Promise<void> {
    await this.#pair?.close();
  }
}

/** Workload E: eight senders on two threads tell one receiver integers. */
export const bench: Bench = {
  contests: (scale) => [
    {
      bench: 'fanin-cross',
      subjects: [
        new TellSubject({
          name: 'troupe',
          system: { threads: 2 },
          sender: IntSender,
          receiver: Counter,
          senderThreads: SIDES.map((side) => side + 1),
          receiverThread: 2,
          load: 'int',
          count: countOf(scale, 4_000_000, 16_000),
          burst: BURST,
        }),
        new PortFanIn(countOf(scale, 600_000, 16_000)),
      ],
    },
  ],
};
