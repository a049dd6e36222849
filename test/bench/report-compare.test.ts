import fc from 'fast-check';
import t from 'tap';
import type { ResultLine } from '../../bench/output.js';
import { compareRuns } from '../../bench/report/compare.js';
import { compareText } from '../../bench/report/compare-text.js';
import { line, resultFile } from './report-lines.js';

/** A bench of Troupe and its baseline. */
function run(own: number, baseline: number, spread = 0.05, unit = 'msg/s'): ResultLine[] {
  return [
    line('tell', 'troupe', own, unit, spread),
    line('tell', 'postMessage', baseline, unit, spread),
  ];
}

function changes(before: readonly ResultLine[], after: readonly ResultLine[]): string[] {
  return compareRuns(before, after).map(({ subject, change }) => `${subject} ${change}`);
}

t.test('less throughput with the same baseline is slower, more is faster', async (t) => {
  t.same(changes(run(4e6, 1e6), run(2e6, 1e6)), ['troupe slower']);
  t.same(changes(run(2e6, 1e6), run(4e6, 1e6)), ['troupe faster']);
  t.equal(compareRuns(run(4e6, 1e6), run(2e6, 1e6))[0]!.factor, 0.5);
});

t.test('more time or memory is slower, less is faster', async (t) => {
  for (const unit of ['us', 's', 'bytes/actor', '%']) {
    t.same(changes(run(10, 80, 0.05, unit), run(20, 80, 0.05, unit)), ['troupe slower'], unit);
    t.same(changes(run(20, 80, 0.05, unit), run(10, 80, 0.05, unit)), ['troupe faster'], unit);
    t.equal(compareRuns(run(10, 80, 0, unit), run(20, 80, 0, unit))[0]!.factor, 0.5);
  }
});

t.test('a machine that is slower as a whole has changed nothing', async (t) => {
  t.same(changes(run(4e6, 1e6), run(2e6, 0.5e6)), ['troupe noise']);
  t.equal(compareRuns(run(4e6, 1e6), run(2e6, 0.5e6))[0]!.factor, 1);
});

t.test(
  'what lags behind a machine that became faster is slower, though its figure is the same',
  async (t) => {
    t.same(changes(run(4e6, 1e6), run(4e6, 2e6)), ['troupe slower']);
  },
);

t.test(
  'a change within the spread of the rounds, of Troupe or of the baseline, is noise',
  async (t) => {
    t.same(changes(run(4e6, 1e6, 0.2), run(3e6, 1e6, 0.2)), ['troupe noise']);
    const quiet = line('tell', 'troupe', 4e6, 'msg/s', 0.001);
    const lower = line('tell', 'troupe', 3e6, 'msg/s', 0.001);
    const wavering = line('tell', 'postMessage', 1e6, 'msg/s', 0.3);
    t.same(changes([quiet, wavering], [lower, wavering]), ['troupe noise']);
    const steady = line('tell', 'postMessage', 1e6, 'msg/s', 0);
    const higher = line('tell', 'troupe', 6e6, 'msg/s', 0.001);
    const onceFast = { ...steady, max: 2e6 };
    const onceSlow = { ...steady, min: 0.5e6 };
    t.same(changes([quiet, steady], [higher, onceFast]), ['troupe noise']);
    t.same(changes([quiet, steady], [lower, onceSlow]), ['troupe noise']);
  },
);

t.test('a change of less than a twentieth is noise even when no round wavers', async (t) => {
  t.same(changes(run(1e6, 1e6, 0), run(0.96e6, 1e6, 0)), ['troupe noise']);
  t.same(changes(run(1e6, 1e6, 0), run(0.94e6, 1e6, 0)), ['troupe slower']);
});

t.test('with fewer than three rounds nothing is known', async (t) => {
  const short = run(4e6, 1e6).map((each) => ({ ...each, rounds: 2 }));
  t.same(changes(run(8e6, 1e6), short), ['troupe unknown']);
  t.same(changes(short, run(8e6, 1e6)), ['troupe unknown']);
});

t.test('without a common baseline the figures themselves are compared', async (t) => {
  const [before] = run(4e6, 1e6);
  const [comparison] = compareRuns([before!], run(2e6, 1e6));
  t.equal(comparison!.baseline, undefined);
  t.equal(comparison!.change, 'slower');
});

t.test(
  'the first subject that is not Troupe and stands in both files is the baseline',
  async (t) => {
    const before = [...run(4e6, 1e6), line('tell', 'nact', 2e5)];
    const after = [line('tell', 'comedy', 1e5), line('tell', 'nact', 2e5), ...run(4e6, 1e6)];
    t.equal(compareRuns(before, after)[0]!.baseline, 'nact');
  },
);

t.test('variants of Troupe are compared too, baselines and peers are not', async (t) => {
  const lines = [line('tell', 'troupe/parked', 1e6), ...run(4e6, 1e6), line('tell', 'nact', 2e5)];
  t.same(changes(lines, lines), ['troupe/parked noise', 'troupe noise']);
});

t.test('in a bench of variants all are held against the first', async (t) => {
  const before = [line('features.strict', 'off', 4e6), line('features.strict', 'on', 2e6)];
  const after = [line('features.strict', 'off', 4e6), line('features.strict', 'on', 1e6)];
  const comparisons = compareRuns(before, after);
  t.same(
    comparisons.map(({ subject, baseline, change }) => [subject, baseline, change]),
    [['on', 'off', 'slower']],
  );
});

t.test('figures that only one file has are named as new or gone', async (t) => {
  const [ring] = [line('ring', 'troupe', 1e6)];
  t.same(changes(run(4e6, 1e6), [ring!]), ['troupe new', 'troupe gone']);
});

t.test('a figure of zero has no ratio and is no error', async (t) => {
  const idle = (value: number): ResultLine => ({
    ...line('idle-cpu', 'troupe', value, '%'),
    min: value,
    max: value,
  });
  const [comparison] = compareRuns([idle(0)], [idle(3)]);
  t.equal(comparison!.factor, undefined);
  t.equal(comparison!.change, 'slower');
  t.equal(compareRuns([idle(0)], [idle(0)])[0]!.change, 'noise');
});

t.test(
  'a file compared with itself shows no change, and turning files round turns the verdict round',
  async () => {
    const value = fc.double({ min: 1, max: 1e9, noNaN: true });
    const spread = fc.double({ min: 0, max: 0.5, noNaN: true });
    const lines = fc
      .tuple(value, value, spread)
      .map(([own, baseline, part]) => run(own, baseline, part));
    const opposite = { slower: 'faster', faster: 'slower', noise: 'noise' } as const;
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        if (changes(before, before)[0] !== 'troupe noise') return false;
        const there = compareRuns(before, after)[0]!;
        const back = compareRuns(after, before)[0]!;
        // The least change that counts is a part of the old figure, so close to it the two may differ.
        if (Math.abs(there.factor! - 1) < 0.06) return true;
        return opposite[there.change as keyof typeof opposite] === back.change;
      }),
    );
  },
);

t.test('the table says what was compared and what the notes are', async (t) => {
  const before = resultFile(run(4e6, 1e6));
  const after = { ...resultFile(run(2e6, 1e6)), node: 'v24.1.0', failed: ['ring'] };
  t.equal(
    compareText(compareRuns(before.lines, after.lines), before, after),
    `note: another Node: v20.20.0, now v24.1.0

note: ring failed in the new run

| bench | subject |    old |    new | unit  | baseline    | old ratio | new ratio |  change | verdict |
| ----- | ------- | -----: | -----: | ----- | ----------- | --------: | --------: | ------: | ------- |
| tell  | troupe  | 4.00 M | 2.00 M | msg/s | postMessage |      4.00 |      2.00 | -50.0 % | slower  |

1 slower, 0 faster, of 1. Ratios are to the baseline of the same run; a change counts when their ranges do not overlap.
`,
  );
});
