import { type ActorRef, defineActor, type Request } from 'troupe';
import { type Broker, type BrokerAddress, openBroker } from 'troupe/actors';
import { nowNs } from './harness.js';

/** Publications that are awaited together: as many as a producer has under way. */
const WINDOW = 1024;
/** Messages that are fetched at once. */
const BATCH_COUNT = 1024;

/** What one actor of a bench does in a round. */
export interface Work {
  readonly count: number;
}

/** When it began and ended, and the sum of what it saw. */
export interface Done {
  readonly startNs: number;
  readonly endNs: number;
  readonly sum: number;
}

type Worker = Request<{ type: 'run'; work: Work }, Done>;
/** Whoever can be given work. */
export type WorkerRef = ActorRef<Worker>;

/** Publishes integers to a subject. */
export const QueueProducer = defineActor<Worker>()({
  module: import.meta.url,
  name: 'QueueProducer',
  init: async ({ broker, subject }: { broker: BrokerAddress; subject: string }, ctx) => ({
    broker: await openBroker(ctx, broker),
    subject,
  }),
  handlers: { run: ({ broker, subject }, { work }) => produce(broker, subject, work.count) },
});

/** Takes integers of a group, and acknowledges each. */
export const QueueConsumer = defineActor<Worker>()({
  module: import.meta.url,
  name: 'QueueConsumer',
  init: async ({ broker, stream }: { broker: BrokerAddress; stream: string }, ctx) => ({
    broker: await openBroker(ctx, broker),
    stream,
  }),
  handlers: { run: ({ broker, stream }, { work }) => consume(broker, stream, work.count) },
});

/** Hears integers. */
export const Listener = defineActor<Worker>()({
  module: import.meta.url,
  name: 'Listener',
  init: async ({ broker, pattern }: { broker: BrokerAddress; pattern: string }, ctx) => {
    const client = await openBroker(ctx, broker);
    return client.subscribe<number>(pattern, { capacity: 1_000_000_000 });
  },
  handlers: {
    run: async (subscription, { work }): Promise<Done> => {
      const startNs = nowNs();
      let sum = 0;
      for (let i = 0; i < work.count; i++) sum += (await subscription.next()).value.payload;
      return { startNs, endNs: nowNs(), sum };
    },
  },
});

/** Publishes `0 .. count - 1`, a window at a time. */
export async function produce(broker: Broker, subject: string, count: number): Promise<Done> {
  const startNs = nowNs();
  for (let from = 0; from < count; from += WINDOW) {
    const results = [];
    for (let i = from; i < Math.min(count, from + WINDOW); i++) {
      results.push(broker.publish(subject, i));
    }
    await Promise.all(results);
  }
  return { startNs, endNs: nowNs(), sum: (count * (count - 1)) / 2 };
}

/** As {@link produce}, so many at a time, stored all or none; as many batches under way as make up a window. */
export async function produceBatches(
  broker: Broker,
  subject: string,
  count: number,
  batchCount: number,
): Promise<Done> {
  const startNs = nowNs();
  for (let from = 0; from < count; ) {
    const results = [];
    const end = Math.min(count, from + WINDOW);
    while (from < end) {
      const messages = [];
      for (const last = Math.min(end, from + batchCount); from < last; from++) {
        messages.push({ subject, payload: from });
      }
      results.push(broker.publishBatch(messages));
    }
    await Promise.all(results);
  }
  return { startNs, endNs: nowNs(), sum: (count * (count - 1)) / 2 };
}

/** As {@link consume}, but those of a fetch are acknowledged together. */
export async function consumeBatches(broker: Broker, stream: string, count: number): Promise<Done> {
  const startNs = nowNs();
  const fetch = () => broker.fetch<number>(stream, 'g', { create: {}, batch: BATCH_COUNT });
  let sum = 0;
  let next = fetch();
  let acked: Promise<void> | undefined;
  for (let left = count; left > 0; ) {
    const deliveries = await next;
    left -= deliveries.length;
    if (left > 0) next = fetch();
    for (const { payload } of deliveries) sum += payload;
    acked = deliveries.at(-1)?.ackUpTo();
  }
  await acked;
  return { startNs, endNs: nowNs(), sum };
}

/** Takes so many messages and acknowledges each; the next are fetched while the present ones are handled. */
export async function consume(broker: Broker, stream: string, count: number): Promise<Done> {
  const startNs = nowNs();
  const fetch = () => broker.fetch<number>(stream, 'g', { create: {}, batch: BATCH_COUNT });
  let sum = 0;
  let next = fetch();
  for (let left = count; left > 0; ) {
    const deliveries = await next;
    left -= deliveries.length;
    if (left > 0) next = fetch();
    for (const delivery of deliveries) {
      sum += delivery.payload;
      delivery.ackLater();
    }
  }
  await broker.groupInfo(stream, 'g');
  return { startNs, endNs: nowNs(), sum };
}
