import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MARKS } from '../marks.js';
import type { ReportTarget } from '../options.js';
import { PUBLISHED } from '../published.js';
import { type Anchor, parseAnchors } from './anchors.js';
import { judge } from './judge.js';
import { marksText } from './marks-text.js';
import { renderPlots } from './plots.js';
import { reportText } from './report-text.js';
import { formatResultFile, parseResultFile, type ResultFile } from './result-file.js';

/** Compiled code lies one folder deeper than its source. */
const RESULTS = fileURLToPath(new URL('../../../bench/results/', import.meta.url));

/** Reads a file of results. @throws {Error} when it is not there, or not one */
export function readResultFile(path: string): ResultFile {
  return parseResultFile(readFileSync(path, 'utf8'), path);
}

/** Reads the file of `--anchors`, if one is named. @throws {Error} when it is not there, or not one */
export function readAnchors({ anchors }: ReportTarget): readonly Anchor[] {
  return anchors === undefined ? [] : parseAnchors(readFileSync(anchors, 'utf8'), anchors);
}

/**
 * Writes `latest.json`, `latest.md`, `marks.md` and the plots, in place of those of an earlier report.
 * @returns what was written, for people
 */
export function writeReport(
  file: ResultFile,
  anchors: readonly Anchor[],
  target: ReportTarget,
): string {
  const folder = target.out ?? RESULTS;
  const plots = renderPlots(file.lines);
  const verdicts = judge(MARKS, file.lines, anchors, PUBLISHED);
  mkdirSync(folder, { recursive: true });
  for (const name of earlierPlots(folder)) rmSync(join(folder, name), { force: true });
  for (const { file: name, svg } of plots) writeFileSync(join(folder, name), svg);
  writeFileSync(join(folder, 'latest.json'), formatResultFile(file));
  writeFileSync(join(folder, 'latest.md'), reportText(file, plots));
  writeFileSync(join(folder, 'marks.md'), marksText(verdicts, file, anchors));
  const shown = relative(process.cwd(), folder) || '.';
  return `wrote latest.json, latest.md, marks.md and ${plots.length} plots to ${shown}`;
}

/** Names of the plots of the report that lies there: those of benches left out now must not stay. */
function earlierPlots(folder: string): readonly string[] {
  const path = join(folder, 'latest.json');
  if (!existsSync(path)) return [];
  return renderPlots(readResultFile(path).lines).map(({ file }) => file);
}
