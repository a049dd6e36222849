import { QueueConsumer, QueueProducer } from './broker-actors.js';
import { ArrayQueue, CrossQueue, LocalQueue } from './broker-subject.js';
import { type Bench, countOf } from './harness.js';

const SMOKE_COUNT = 2000;

/** Workload K3: publish, deliver and acknowledge integers, on one thread, and between two. */
export const bench: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 300_000, SMOKE_COUNT);
    return [
      {
        bench: 'broker-queue',
        subjects: [
          new LocalQueue('troupe', count, 0),
          new CrossQueue('troupe/cross', count, QueueProducer as never, QueueConsumer as never),
          new ArrayQueue(count),
        ],
      },
    ];
  },
};
