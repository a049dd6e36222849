import { EventEmitter } from 'node:events';
import type { ActorSystem } from 'troupe';
import type { BrokerAddress } from 'troupe/actors';
import { Listener, QueueProducer, type WorkerRef } from './broker-actors.js';
import { BrokerSubject } from './broker-subject.js';
import { type Bench, check, countOf, type Figure, nowNs, rate, type Subject } from './harness.js';

const SUBSCRIBER_COUNT = 4;

/** A publisher on one thread, four who listen on another; counted in deliveries. */
class FanOut extends BrokerSubject {
  #producer: WorkerRef | undefined;
  #listeners: WorkerRef[] = [];

  async round(): Promise<readonly Figure[]> {
    const run = { type: 'run', work: { count: this.count } } as const;
    const heard = this.#listeners.map((listener) => listener.ask(run));
    const made = await this.#producer!.ask(run);
    const all = await Promise.all(heard);
    check(
      all.every(({ sum }) => sum === made.sum),
      () => `sums ${all.map(({ sum }) => sum).join()}, not ${made.sum}`,
    );
    const endNs = Math.max(...all.map((each) => each.endNs));
    return [rate(this.count * SUBSCRIBER_COUNT, endNs - made.startNs, 'msg/s')];
  }

  protected override async opened(system: ActorSystem, broker: BrokerAddress): Promise<void> {
    this.#producer = system.spawn(QueueProducer, { broker, subject: 'a.b' }, { placement: 1 });
    const args = { broker, pattern: 'a.*' };
    this.#listeners = Array.from({ length: SUBSCRIBER_COUNT }, () =>
      system.spawn(Listener, args, { placement: 2 }),
    );
    await Promise.all(this.#listeners.map((listener) => system.started(listener)));
  }
}

/** Node's event emitter with four listeners: one thread, one subject, no queue. */
class Emitter implements Subject {
  readonly name = 'EventEmitter';
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const emitter = new EventEmitter();
    let sum = 0;
    for (let n = 0; n < SUBSCRIBER_COUNT; n++) emitter.on('a.b', (i: number) => (sum += i));
    const startNs = nowNs();
    for (let i = 0; i < this.#count; i++) emitter.emit('a.b', i);
    const expected = (SUBSCRIBER_COUNT * (this.#count * (this.#count - 1))) / 2;
    check(sum === expected, () => `the sum is ${sum}, not ${expected}`);
    return [rate(this.#count * SUBSCRIBER_COUNT, nowNs() - startNs, 'msg/s')];
  }

  async close(): Promise<void> {}
}

/** Fan-out to four who listen. */
export const bench: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 200_000, 2000);
    const subjects = [new FanOut('troupe', count, 2, { shards: 1 }), new Emitter(count)];
    return [{ bench: 'broker-pubsub', subjects }];
  },
};
