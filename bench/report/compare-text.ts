import { short } from '../output.js';
import type { Comparison, Measured } from './compare.js';
import { markdownTable } from './markdown.js';
import type { ResultFile } from './result-file.js';

const COLUMNS = [
  { heading: 'bench' },
  { heading: 'subject' },
  { heading: 'old', isNumber: true },
  { heading: 'new', isNumber: true },
  { heading: 'unit' },
  { heading: 'baseline' },
  { heading: 'old ratio', isNumber: true },
  { heading: 'new ratio', isNumber: true },
  { heading: 'change', isNumber: true },
  { heading: 'verdict' },
];

/** The comparison as a table, with notes on what makes the two runs hard to compare. */
export function compareText(
  comparisons: readonly Comparison[],
  before: ResultFile,
  after: ResultFile,
): string {
  const slower = comparisons.filter(({ change }) => change === 'slower').length;
  const faster = comparisons.filter(({ change }) => change === 'faster').length;
  return [
    ...notes(before, after),
    markdownTable(COLUMNS, comparisons.map(row)),
    `${slower} slower, ${faster} faster, of ${comparisons.length}. Ratios are to the baseline of the same run; ` +
      `a change counts when their ranges do not overlap.\n`,
  ].join('\n');
}

function notes(before: ResultFile, after: ResultFile): string[] {
  const differences = (
    [
      ['processor', before.machine.cpu, after.machine.cpu],
      ['cores', before.machine.cores, after.machine.cores],
      ['Node', before.node, after.node],
    ] as const
  ).filter(([, old, now]) => old !== now);
  const smoke = before.smoke || after.smoke;
  return [
    ...differences.map(([what, old, now]) => `note: another ${what}: ${old}, now ${now}\n`),
    ...(smoke ? ['note: the figures of a smoke run mean nothing\n'] : []),
    ...after.failed.map((name) => `note: ${name} failed in the new run\n`),
  ];
}

function row(comparison: Comparison): string[] {
  const { bench, subject, unit, baseline, before, after, factor, change } = comparison;
  return [
    bench,
    subject,
    before === undefined ? '-' : short(before.value),
    after === undefined ? '-' : short(after.value),
    unit,
    baseline ?? '-',
    ratio(baseline, before),
    ratio(baseline, after),
    factor === undefined ? '-' : percent(factor),
    change,
  ];
}

function ratio(baseline: string | undefined, measured: Measured | undefined): string {
  return baseline === undefined || measured === undefined ? '-' : measured.ratio.toPrecision(3);
}

/** 1.1 is 10 % better: +10.0 %. */
function percent(factor: number): string {
  const change = (factor - 1) * 100;
  return `${change < 0 ? '' : '+'}${change.toFixed(1)} %`;
}
