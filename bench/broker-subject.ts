import type { ActorSystem, Definition, Message } from 'troupe';
import {
  type Broker,
  type BrokerAddress,
  type BrokerOptions,
  openBroker,
  startBroker,
} from 'troupe/actors';
import {
  consume,
  consumeBatches,
  type Done,
  produce,
  produceBatches,
  type WorkerRef,
} from './broker-actors.js';
import { check, type Figure, rate, type Subject } from './harness.js';
import { startSystem } from './system.js';

const QUEUE: BrokerOptions = {
  shards: 1,
  streams: { q: { subjects: ['q.>'], retention: 'workqueue' } },
};

/** A broker and its system, for one round after the other. */
export abstract class BrokerSubject implements Subject {
  readonly name: string;
  readonly count: number;
  readonly #threads: number;
  readonly #options: BrokerOptions;
  #system: ActorSystem | undefined;
  #broker: Broker | undefined;

  constructor(name: string, count: number, threads: number, options: BrokerOptions = QUEUE) {
    this.name = name;
    this.count = count;
    this.#threads = threads;
    this.#options = options;
  }

  /** The client of the main thread. */
  get broker(): Broker {
    return this.#broker!;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: this.#threads });
    this.#system = system;
    const address = await startBroker(system, await this.options(system, this.#options));
    this.#broker = await openBroker(system, address);
    await this.opened(system, address);
  }

  abstract round(): Promise<readonly Figure[]>;

  async close(): Promise<void> {
    await this.#system?.stop();
  }

  /** The options of the broker, with what has to be started before. */
  protected async options(_system: ActorSystem, options: BrokerOptions): Promise<BrokerOptions> {
    return options;
  }

  /** Whatever else a round needs. */
  protected async opened(_system: ActorSystem, _address: BrokerAddress): Promise<void> {}
}

/** Publishes, delivers and acknowledges, all on one thread. */
export class LocalQueue extends BrokerSubject {
  async round(): Promise<readonly Figure[]> {
    const [made, taken] = await Promise.all([
      produce(this.broker, 'q.a', this.count),
      consume(this.broker, 'q', this.count),
    ]);
    return finished(this.count, made, taken);
  }
}

/** The same, a batch at a time: published, fetched and acknowledged by one call each. */
export class BatchQueue extends BrokerSubject {
  readonly #batchCount: number;

  constructor(name: string, count: number, batchCount: number) {
    super(name, count, 0);
    this.#batchCount = batchCount;
  }

  async round(): Promise<readonly Figure[]> {
    const [made, taken] = await Promise.all([
      produceBatches(this.broker, 'q.a', this.count, this.#batchCount),
      consumeBatches(this.broker, 'q', this.count),
    ]);
    return finished(this.count, made, taken);
  }
}

/** The same with a producer and a consumer on threads of their own; the shard is with the producer. */
export class CrossQueue extends BrokerSubject {
  readonly #producer: Definition<Message, never>;
  readonly #consumer: Definition<Message, never>;
  #workers: WorkerRef[] = [];

  constructor(
    name: string,
    count: number,
    producer: Definition<never, never>,
    consumer: Definition<never, never>,
    options?: BrokerOptions,
  ) {
    super(name, count, 2, options);
    this.#producer = producer as never;
    this.#consumer = consumer as never;
  }

  async round(): Promise<readonly Figure[]> {
    const run = { type: 'run', work: { count: this.count } } as const;
    const [made, taken] = await Promise.all(this.#workers.map((worker) => worker.ask(run)));
    return finished(this.count, made!, taken!);
  }

  protected override async opened(system: ActorSystem, broker: BrokerAddress): Promise<void> {
    const producer = { broker, subject: 'q.a' } as never;
    const consumer = { broker, stream: 'q' } as never;
    this.#workers = [
      system.spawn(this.#producer, producer, { placement: 1 }),
      system.spawn(this.#consumer, consumer, { placement: 2 }),
    ] as unknown as WorkerRef[];
    await Promise.all(this.#workers.map((worker) => system.started(worker)));
  }
}

function finished(count: number, made: Done, taken: Done): readonly Figure[] {
  check(taken.sum === made.sum, () => `the sum is ${taken.sum}, not ${made.sum}`);
  return [rate(count, taken.endNs - made.startNs, 'msg/s')];
}

/** A bare array used as a queue, with a promise for each message: what it costs to promise nothing. */
export class ArrayQueue implements Subject {
  readonly name = 'array';
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const queue: { payload: number; done: () => void }[] = [];
    const startNs = process.hrtime.bigint();
    let sum = 0;
    for (let from = 0; from < this.#count; from += 1000) {
      const all: Promise<void>[] = [];
      for (let i = from; i < Math.min(from + 1000, this.#count); i++) {
        all.push(new Promise((done) => queue.push({ payload: i, done })));
      }
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        sum += next.payload;
        next.done();
      }
      await Promise.all(all);
    }
    const elapsedNs = Number(process.hrtime.bigint() - startNs);
    const expected = (this.#count * (this.#count - 1)) / 2;
    check(sum === expected, () => `the sum is ${sum}, not ${expected}`);
    return [rate(this.#count, elapsedNs, 'msg/s')];
  }

  async close(): Promise<void> {}
}
