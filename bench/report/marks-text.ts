import type { Mark } from '../marks.js';
import { type ResultLine, short } from '../output.js';
import type { Anchor } from './anchors.js';
import type { Source, Verdict } from './judge.js';
import { markdownTable } from './markdown.js';
import { factsText } from './report-text.js';
import type { ResultFile } from './result-file.js';
import { advantage, formatRatio, isOwn } from './units.js';

const COLUMNS = [
  { heading: 'bench' },
  { heading: 'subject' },
  { heading: 'measured', isNumber: true },
  { heading: 'mark' },
  { heading: 'peer', isNumber: true },
  { heading: 'from' },
  { heading: 'ratio', isNumber: true },
  { heading: 'reached' },
];

const RATIO_COLUMNS = [
  { heading: 'bench' },
  { heading: 'subject' },
  { heading: 'measured', isNumber: true },
  { heading: 'in this run' },
  { heading: 'anchors' },
];

/** The file `marks.md`: what is to be reached, what was, and the ratio to all others. */
export function marksText(
  verdicts: readonly Verdict[],
  file: ResultFile,
  anchors: readonly Anchor[],
): string {
  const marked = new Set(verdicts.map(({ mark }) => mark.bench));
  const own = file.lines.filter(({ bench, subject }) => marked.has(bench) && isOwn(subject));
  const judged = verdicts.filter(({ isReached }) => isReached !== undefined);
  const reached = judged.filter(({ isReached }) => isReached);
  return [
    '# Marks\n',
    factsText(file),
    `${reached.length} of ${verdicts.length} reached, ${verdicts.length - judged.length} not measured.\n`,
    markdownTable(COLUMNS, verdicts.map(verdictRow)),
    `A ratio above 1 means that Troupe is better. The figure of a peer is, in this order: of this run; of the
file of anchors; *by X, Y*: as published, scaled by what this run reached of the published X and Y (their
geometric mean); *published*: of another machine, which says little.\n`,
    '## Beside all others\n',
    markdownTable(
      RATIO_COLUMNS,
      own.map((line) => [
        line.bench,
        line.subject,
        `${short(line.value)} ${line.unit}`,
        ratios(line, rivalsOf(line, file.lines)),
        ratios(line, anchors.filter(({ bench }) => bench === line.bench).map(asRival)),
      ]),
    ),
  ].join('\n');
}

function verdictRow({ mark, line, peer, ratio, isReached }: Verdict): string[] {
  const unit = line?.unit ?? '';
  return [
    mark.bench,
    mark.subject,
    line === undefined ? '-' : `${short(line.value)} ${unit}`,
    markText(mark, unit),
    peer === undefined ? '-' : short(peer.value),
    peer === undefined ? '-' : sourceText(peer.source),
    formatRatio(ratio),
    isReached === undefined ? 'not measured' : isReached ? 'yes' : 'no',
  ];
}

function markText(mark: Mark, unit: string): string {
  if ('atMost' in mark) return `at most ${shortLimit(mark.atMost)} ${unit}`.trim();
  if ('atLeast' in mark) return `at least ${shortLimit(mark.atLeast)} ${unit}`.trim();
  return `${formatRatio(mark.reach)} ${mark.peer}`;
}

/** Limits are round numbers: small ones stay as they are. */
function shortLimit(limit: number): string {
  return limit < 10_000 ? String(limit) : short(limit);
}

function sourceText(source: Source): string {
  switch (source.kind) {
    case 'run':
      return 'this run';
    case 'anchors':
      return 'anchors';
    case 'ratio':
      return `by ${source.to.join(', ')}`;
    case 'published':
      return 'published';
  }
}

interface Rival {
  readonly name: string;
  readonly value: number;
}

function rivalsOf(line: ResultLine, lines: readonly ResultLine[]): Rival[] {
  return lines
    .filter(({ bench, subject }) => bench === line.bench && !isOwn(subject))
    .map(({ subject, value }) => ({ name: subject, value }));
}

function asRival({ peer, value }: Anchor): Rival {
  return { name: peer, value };
}

function ratios({ unit, value }: ResultLine, rivals: readonly Rival[]): string {
  const texts = rivals.map((r) => `${r.name} ${formatRatio(advantage(unit, value, r.value))}`);
  return texts.length === 0 ? '-' : texts.join(', ');
}
