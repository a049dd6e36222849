import { QueueConsumer, QueueProducer } from './broker-actors.js';
import { ArrayQueue, BatchQueue, CrossQueue, LocalQueue } from './broker-subject.js';
import { type Bench, countOf } from './harness.js';

const SMOKE_COUNT = 2000;
/** Messages of one call. */
const BATCH_COUNT = 64;

/** Workload K3: publish, deliver and acknowledge integers, on one thread, and between two. */
export const bench: Bench = {
  contests: (scale) => {
    const count = countOf(scale, 300_000, SMOKE_COUNT);
    return [
      {
        bench: 'broker-queue',
        subjects: [
          new LocalQueue('troupe', count, 0),
          new BatchQueue('troupe/batch', count, BATCH_COUNT),
          new CrossQueue('troupe/cross', count, QueueProducer as never, QueueConsumer as never),
          new ArrayQueue(count),
        ],
      },
    ];
  },
};
