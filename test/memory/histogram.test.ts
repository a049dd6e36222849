import fc from 'fast-check';
import t from 'tap';
import {
  addHistograms,
  BUCKET_COUNT,
  bucketLimitMs,
  bucketOf,
  EMPTY_HISTOGRAM,
  HISTOGRAM_WORDS,
  histogramSince,
  quantileMs,
  readHistogram,
  recordDuration,
} from '../../runtime/memory/histogram.js';

/** A histogram of these durations, which begins at word 3. */
function histogramOf(durationsMs: readonly number[]) {
  const words = new Float64Array(HISTOGRAM_WORDS + 3);
  for (const durationMs of durationsMs) recordDuration(words, 3, durationMs);
  return readHistogram(words, 3);
}

const durations = fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1 });

t.test('a duration falls into the first bucket whose limit it does not exceed', async (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 5e5, noNaN: true }), (durationMs) => {
      const bucket = bucketOf(durationMs);
      return (
        durationMs <= bucketLimitMs(bucket) &&
        (bucket === 0 || durationMs > bucketLimitMs(bucket - 1))
      );
    }),
  );
  for (let bucket = 0; bucket < BUCKET_COUNT - 1; bucket++) {
    t.equal(bucketOf(bucketLimitMs(bucket)), bucket, 'a limit belongs to its bucket');
  }
  t.equal(bucketOf(-1), 0);
  t.equal(bucketOf(0), 0);
  t.equal(bucketOf(1e12), BUCKET_COUNT - 1);
  t.equal(bucketLimitMs(BUCKET_COUNT - 1), Number.POSITIVE_INFINITY);
});

t.test('a quantile is at least the true one and at most twice it', async (t) => {
  fc.assert(
    fc.property(durations, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, share) => {
      const sorted = all.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(share * all.length - 1e-9) - 1)]!;
      const quantile = quantileMs(histogramOf(all), share);
      return quantile >= exact && quantile <= Math.max(exact * 2, bucketLimitMs(0));
    }),
  );
  t.ok(Number.isNaN(quantileMs(EMPTY_HISTOGRAM, 0.5)), 'of nothing there is none');
});

t.test('what was counted since an earlier reading is what came between', async (t) => {
  fc.assert(
    fc.property(durations, durations, (first, second) => {
      const before = histogramOf(first);
      const since = histogramSince(histogramOf([...first, ...second]), before);
      const exact = histogramOf(second);
      t.same(since.buckets, exact.buckets);
      t.equal(since.count, exact.count);
      const sum = addHistograms(before, since);
      t.equal(sum.count, first.length + second.length);
    }),
    { numRuns: 20 },
  );
  const anew = histogramOf([1]);
  t.same(histogramSince(anew, histogramOf([1, 2, 3])), anew, 'a thread that began anew');
});
