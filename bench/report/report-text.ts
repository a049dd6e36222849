import { type ResultLine, short } from '../output.js';
import { markdownTable } from './markdown.js';
import type { PlotFile } from './plots.js';
import type { ResultFile } from './result-file.js';
import { advantage, formatRatio } from './units.js';

const COLUMNS = [
  { heading: 'bench' },
  { heading: 'subject' },
  { heading: 'median', isNumber: true },
  { heading: 'unit' },
  { heading: 'least', isNumber: true },
  { heading: 'greatest', isNumber: true },
  { heading: 'troupe is', isNumber: true },
];
const GIB = 2 ** 30;

/** The file `latest.md`: where the figures are from, all of them, and the plots. */
export function reportText(file: ResultFile, plots: readonly PlotFile[]): string {
  return [
    '# Results\n',
    factsText(file),
    markdownTable(
      COLUMNS,
      file.lines.map((line) => row(line, file.lines)),
    ),
    'In the last column 2 x means that Troupe is twice as good: twice the rate, or half the time or memory.\n',
    '## Plots\n',
    ...plots.map(({ title, file: name }) => `![${title}](${name})\n`),
  ].join('\n');
}

/** A paragraph on machine, Node, commit and rounds; with what is wrong with the run, if something is. */
export function factsText(file: ResultFile): string {
  const { machine, node, commit, rounds, date, smoke, failed } = file;
  const memory = `${(machine.memoryBytes / GIB).toFixed(1)} GiB`;
  const facts = [
    `${machine.cpu}, ${machine.cores} cores, ${memory}, ${machine.platform}`,
    `Node ${node.replace(/^v/, '')}`,
    commit === undefined ? 'no commit' : `commit ${commit}`,
    `medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`,
    date,
  ];
  const warnings = [
    ...(smoke ? ['**A smoke run: these figures mean nothing.**\n'] : []),
    ...(failed.length > 0 ? [`**Failed: ${failed.join(', ')}. Figures are missing.**\n`] : []),
  ];
  return [`${facts.join('; ')}.\n`, ...warnings].join('\n');
}

function row(line: ResultLine, lines: readonly ResultLine[]): string[] {
  const { bench, subject, value, unit, min, max } = line;
  const own = lines.find((other) => other.bench === bench && other.subject === 'troupe');
  const ratio =
    own === undefined || own === line ? '' : formatRatio(advantage(unit, own.value, value));
  return [bench, subject, short(value), unit, short(min), short(max), ratio];
}
