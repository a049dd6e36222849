import { type Bench, countOf } from './harness.js';
import { PortLatency, TroupeLatency } from './latency-subject.js';

/**
 * Latency of messages from one thread to another at parts of the load that the same round has found
 * to be the greatest, each subject's own.
 */
export const bench: Bench = {
  contests: (scale) => {
    const loadMs = countOf(scale, 400, 40);
    const troupe = { floodCount: countOf(scale, 1_000_000, 10_000), loadMs };
    const port = { floodCount: countOf(scale, 100_000, 5000), loadMs };
    const subjects = [
      new TroupeLatency('troupe', {}, troupe),
      new TroupeLatency('troupe/parked', { idleLevel: 0 }, troupe),
      new PortLatency(port),
    ];
    return [{ bench: 'latency-cross', subjects }];
  },
};
