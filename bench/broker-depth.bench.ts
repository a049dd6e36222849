import type { ActorSystem } from 'troupe';
import type { BrokerAddress } from 'troupe/actors';
import { produce } from './broker-actors.js';
import { BrokerSubject } from './broker-subject.js';
import { type Bench, check, countOf, type Figure, nowNs } from './harness.js';

const BATCH_COUNT = 100;

/** So many messages wait: fetches and acknowledges some, a hundred at a time, and publishes as many again. */
class Depth extends BrokerSubject {
  readonly #depth: number;

  constructor(depth: number, count: number) {
    super(`troupe/${depth}`, count, 0);
    this.#depth = depth;
  }

  async round(): Promise<readonly Figure[]> {
    let fetchedNs = 0;
    let taken = 0;
    for (; taken < this.count; taken += BATCH_COUNT) {
      const startNs = nowNs();
      const found = await this.broker.fetch('q', 'g', { batch: BATCH_COUNT });
      for (const delivery of found) delivery.ackLater();
      fetchedNs += nowNs() - startNs;
      check(found.length === BATCH_COUNT, () => `a fetch brought ${found.length} messages`);
      await produce(this.broker, 'q.a', BATCH_COUNT);
    }
    const { messages } = await this.broker.streamInfo('q');
    check(messages === this.#depth, () => `${messages} messages wait, not ${this.#depth}`);
    return [{ suffix: '', value: fetchedNs / 1000 / (taken / BATCH_COUNT), unit: 'us' }];
  }

  protected override async opened(_system: ActorSystem, _address: BrokerAddress): Promise<void> {
    await this.broker.openGroup('q', 'g');
    await produce(this.broker, 'q.a', this.#depth);
  }
}

/** One fetch from a queue of ten million messages, and from one of a thousand. */
export const bench: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 100_000, 1000);
    const long = countOf(scale, 10_000_000, 10_000);
    return [{ bench: 'broker-depth', subjects: [new Depth(1000, count), new Depth(long, count)] }];
  },
};
