import fc from 'fast-check';
import t from 'tap';
import { bucketOf, LatencyHistogram, lastStepOf } from '../../bench/latency-histogram.js';
import { quantile } from '../../bench/statistics.js';

const QUANTILES = [0, 0.5, 0.9, 0.99, 0.999, 1];
/** A step is 10 ns; a bucket is 1/128 of its values wide. */
const STEP_US = 0.01;
const MAX_ERROR = 1 / 128;

function histogramOf(latenciesUs: readonly number[]): LatencyHistogram {
  const histogram = new LatencyHistogram();
  for (const us of latenciesUs) histogram.record(us);
  return histogram;
}

t.test(
  'buckets follow each other without gap or overlap, and each ends where it says',
  async (t) => {
    for (let bucket = 0; bucket < 3327; bucket++) {
      const last = lastStepOf(bucket);
      if (bucketOf(last) !== bucket || bucketOf(last + 1) !== bucket + 1)
        t.fail(`bucket ${bucket}`);
    }
    t.equal(bucketOf(0), 0);
    t.equal(lastStepOf(bucketOf(2 ** 32 - 1)), 2 ** 32 - 1);
  },
);

t.test('a quantile is that of the sorted list, or less than 1/128 higher', async (t) => {
  const latency = fc.oneof(
    fc.double({ min: 0, max: 10, noNaN: true }),
    fc.double({ min: 0, max: 4e7, noNaN: true }),
  );
  const latencies = fc.array(latency, { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(latencies, fc.constantFrom(...QUANTILES), (latenciesUs, q) => {
      const exact = quantile(
        latenciesUs.toSorted((a, b) => a - b),
        q,
      );
      const found = histogramOf(latenciesUs).quantileUs(q);
      return found >= exact - STEP_US / 2 - 1e-6 && found <= exact * (1 + MAX_ERROR) + STEP_US;
    }),
  );
  t.pass();
});

t.test('quantiles rise, and none is above the greatest latency, which is exact', async (t) => {
  const latencies = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(latencies, (latenciesUs) => {
      const { count, p50Us, p99Us, p999Us, maxUs } = histogramOf(latenciesUs).summary();
      const isExact = count === latenciesUs.length && maxUs === Math.max(...latenciesUs);
      return isExact && p50Us <= p99Us && p99Us <= p999Us && p999Us <= maxUs;
    }),
  );
  t.pass();
});

t.test('one stall among a thousand is the maximum and leaves the median alone', async (t) => {
  const latencies = [...Array<number>(999).fill(1), 50_000];
  const { p50Us, p99Us, p999Us, maxUs } = histogramOf(latencies).summary();
  t.strictSame([p50Us, p99Us, p999Us, maxUs], [1, 1, 1, 50_000]);
});

t.test('what is longer than the range keeps its exact maximum', async (t) => {
  const histogram = histogramOf([1e9]);
  t.equal(histogram.maxUs, 1e9);
  t.equal(histogram.quantileUs(1), (2 ** 32 - 1) / 100);
});

t.test('a negative latency or none at all is refused, and counts nothing', async (t) => {
  const histogram = new LatencyHistogram();
  t.throws(() => histogram.record(-1), /-1 us/);
  t.throws(() => histogram.record(Number.NaN), /NaN us/);
  t.equal(histogram.count, 0);
  t.equal(histogram.quantileUs(0.5), 0);
});

t.test('after clear it is as new', async (t) => {
  const histogram = histogramOf([3, 4]);
  histogram.clear();
  t.strictSame(histogram.summary(), new LatencyHistogram().summary());
  histogram.record(7);
  t.strictSame([histogram.count, histogram.quantileUs(0.5), histogram.maxUs], [1, 7, 7]);
});
