import type { ResultLine } from '../output.js';
import { advantage, isLessBetter, isOwn } from './units.js';

/** What became of a figure. */
export type Change =
  | 'faster'
  | 'slower'
  /** The ranges overlap, or the change is too small to mean something. */
  | 'noise'
  /** One run has too few rounds to know its spread. */
  | 'unknown'
  /** Only in the new file, or only in the old one. */
  | 'new'
  | 'gone';

/** A figure in the old and the new file. `ratio` is to the baseline of the same run. */
export interface Comparison {
  readonly bench: string;
  readonly subject: string;
  readonly unit: string;
  /** Subject that the figures are divided by, in both files; undefined when there is none. */
  readonly baseline: string | undefined;
  readonly before: Measured | undefined;
  readonly after: Measured | undefined;
  /** How many times better the new ratio is than the old one: 0.8 is a fifth slower. */
  readonly factor: number | undefined;
  readonly change: Change;
}

/** A figure, and the same in multiples of its baseline. */
export interface Measured {
  readonly value: number;
  /** The figure over that of the baseline; the figure itself when there is none. */
  readonly ratio: number;
  /** Least and greatest that the ratio may have been: extremes of one over extremes of the other. */
  readonly low: number;
  readonly high: number;
}

/** With fewer rounds the range says nothing. */
const MIN_ROUNDS = 3;
/** Changes by less are never more than noise: code and memory lie elsewhere in each process. */
const MIN_CHANGE = 0.05;

/**
 * Compares two runs. A figure has changed when the ranges of its ratio to the baseline do not overlap,
 * so that neither a slower machine nor a baseline that wavers counts as a change.
 * @returns Troupe's figures in the order of the new file, then those that are gone
 */
export function compareRuns(
  before: readonly ResultLine[],
  after: readonly ResultLine[],
): Comparison[] {
  const own = after.filter((line) => isCompared(line, after));
  const gone = before.filter(
    (line) => isCompared(line, before) && find(after, line.bench, line.subject) === undefined,
  );
  return [
    ...own.map((line) => compareFigure(line, before, after)),
    ...gone.map((line) => compareFigure(line, before, after)),
  ];
}

function compareFigure(
  { bench, subject, unit }: ResultLine,
  before: readonly ResultLine[],
  after: readonly ResultLine[],
): Comparison {
  const [old, now] = [find(before, bench, subject), find(after, bench, subject)];
  const both = old !== undefined && now !== undefined;
  const candidates = (both ? after : [...after, ...before]).filter((line) => line.bench === bench);
  const baseline = candidates.find(
    (line) =>
      line.subject !== subject &&
      !isCompared(line, candidates) &&
      line.value > 0 &&
      (!both || (find(before, bench, line.subject)?.value ?? 0) > 0),
  )?.subject;
  const measuredOld = measured(old, before, baseline);
  const measuredNow = measured(now, after, baseline);
  const figure = { bench, subject, unit, baseline, before: measuredOld, after: measuredNow };
  if (measuredOld === undefined) return { ...figure, factor: undefined, change: 'new' };
  if (measuredNow === undefined) return { ...figure, factor: undefined, change: 'gone' };
  const factor = advantage(unit, measuredNow.ratio, measuredOld.ratio);
  const rounds = Math.min(old?.rounds ?? 0, now?.rounds ?? 0);
  return { ...figure, factor, change: changeOf(unit, measuredOld, measuredNow, factor, rounds) };
}

function changeOf(
  unit: string,
  before: Measured,
  after: Measured,
  factor: number | undefined,
  rounds: number,
): Change {
  if (rounds < MIN_ROUNDS) return 'unknown';
  const overlap = before.low <= after.high && after.low <= before.high;
  if (overlap) return 'noise';
  if (factor !== undefined && Math.abs(factor - 1) < MIN_CHANGE) return 'noise';
  return after.low > before.high === isLessBetter(unit) ? 'slower' : 'faster';
}

function measured(
  line: ResultLine | undefined,
  lines: readonly ResultLine[],
  baseline: string | undefined,
): Measured | undefined {
  if (line === undefined) return undefined;
  const { value, min, max } = line;
  const base = baseline === undefined ? undefined : find(lines, line.bench, baseline);
  if (base === undefined) return { value, ratio: value, low: min, high: max };
  return {
    value,
    ratio: value / base.value,
    low: min / base.max,
    high: max / base.min,
  };
}

/** Troupe's own figures; in a bench of variants (`off`, `on`) all but the first. */
function isCompared(line: ResultLine, lines: readonly ResultLine[]): boolean {
  const group = lines.filter(({ bench }) => bench === line.bench);
  if (group.some(({ subject }) => isOwn(subject))) return isOwn(line.subject);
  return group.length === 1 || group[0]!.subject !== line.subject;
}

function find(
  lines: readonly ResultLine[],
  bench: string,
  subject: string,
): ResultLine | undefined {
  return lines.find((line) => line.bench === bench && line.subject === subject);
}
