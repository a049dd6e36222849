import fc from 'fast-check';
import t from 'tap';
import { type ResultWindow, windowOf } from '#runtime/resilience/breaker/window.js';

interface Result {
  readonly failed: boolean;
  readonly slow: boolean;
  readonly gapMs: number;
}

const RESULTS = fc.array(
  fc.record({
    failed: fc.boolean(),
    slow: fc.boolean(),
    gapMs: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(99, 100, 1000, 3_600_000)),
  }),
  { maxLength: 60 },
);

function sums(window: ResultWindow): number[] {
  return [window.calls, window.failures, window.slow];
}

function sumsOf(results: readonly Result[]): number[] {
  return [
    results.length,
    results.filter(({ failed }) => failed).length,
    results.filter(({ slow }) => slow).length,
  ];
}

t.test('a count window holds the last results and no others', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), RESULTS, (size, results) => {
      const window = windowOf({ kind: 'count', size });
      for (const [index, { failed, slow }] of results.entries()) {
        window.record(failed, slow, 0);
        const expected = sumsOf(results.slice(0, index + 1).slice(-size));
        if (String(sums(window)) !== String(expected)) return false;
      }
      return true;
    }),
  );
  t.pass();
});

t.test('a time window holds the results of its buckets, whatever the gaps', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: -5000, max: 5000 }),
      RESULTS,
      (buckets, startMs, results) => {
        const window = windowOf({ kind: 'time', ms: 100, buckets });
        const bucketOf = (atMs: number): number => Math.floor(atMs / (100 / buckets));
        const seen: (Result & { readonly atMs: number })[] = [];
        let nowMs = startMs;
        for (const result of results) {
          nowMs += result.gapMs;
          seen.push({ ...result, atMs: nowMs });
          window.record(result.failed, result.slow, nowMs);
          const fresh = seen.filter(({ atMs }) => bucketOf(atMs) > bucketOf(nowMs) - buckets);
          if (String(sums(window)) !== String(sumsOf(fresh))) return false;
        }
        return true;
      },
    ),
  );
  t.pass();
});

t.test('an hour of idleness empties a time window', async (t) => {
  const window = windowOf({ kind: 'time', ms: 10_000 });
  for (let i = 0; i < 19; i++) window.record(true, true, i);
  t.same(sums(window), [19, 19, 19]);
  window.look(3_600_000);
  t.same(sums(window), [0, 0, 0]);
  for (const ms of [0, 1, 2]) window.record(true, false, 3_600_000 + ms);
  t.same(sums(window), [3, 3, 0]);
});

t.test('a consecutive window counts the failures since the last success', async (t) => {
  const window = windowOf({ kind: 'consecutive', failures: 3 });
  for (const failed of [true, true, false, true]) window.record(failed, false, 0);
  t.same(sums(window), [1, 1, 0]);
  window.clear();
  t.same(sums(window), [0, 0, 0]);
});
