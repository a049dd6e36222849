import type { ClusterRun } from './cluster.js';
import type { FileList } from './file-list.js';
import { MAX_FILE_BYTES } from './file-list.js';
import { type FileTotals, sumOfTypes } from './file-totals.js';
import type { Counts } from './plain-pass.js';
import type { Progress } from './protocol.js';
import { top, total } from './tally.js';

const TOP = 20;

/** Decimal megabytes, as in `12.3 MB`. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

/** What is going to be counted, and what is left out. */
export function describeInput(root: string, list: FileList, budgetBytes: number): string {
  const { files, bytes, tooLarge, overBudget, unreachable } = list;
  const lines = [`${root}: ${count(files.length)} source files, ${megabytes(bytes)}`];
  if (tooLarge > 0) {
    lines.push(`  ${count(tooLarge)} larger than ${MAX_FILE_BYTES / 2 ** 20} MiB skipped`);
  }
  if (unreachable > 0) lines.push(`  ${count(unreachable)} broken links or closed folders skipped`);
  if (overBudget > 0) {
    const budget = megabytes(budgetBytes);
    lines.push(`  ${count(overBudget)} left out: more than --max-mb allows (${budget})`);
  }
  return lines.join('\n');
}

/** The progress of the cluster. */
export function describeProgress(progress: Progress, elapsedMs: number): string {
  const { unitsDone, unitCount, bytesDone, bytes, repeated } = progress;
  const percent = Math.floor((100 * unitsDone) / unitCount);
  const rate = megabytes((1000 * bytesDone) / Math.max(1, elapsedMs));
  const done = `${megabytes(bytesDone)} of ${megabytes(bytes)}, ${unitsDone} of ${unitCount} units`;
  return `cluster ${percent} %: ${done}, ${repeated} repeated, ${rate}/s`;
}

/** Bytes and lines by file type, the largest first. */
export function describeTypes(totals: FileTotals): string {
  const types = [...totals.types].sort(
    ([one, a], [other, b]) => b.bytes - a.bytes || (one < other ? -1 : 1),
  );
  const rows = [...types, ['all', sumOfTypes(totals)] as const].map(
    ([type, { files, bytes, lines }]) =>
      [
        type.padEnd(10),
        `${count(files)} files`.padStart(14),
        `${count(bytes)} bytes`.padStart(20),
        `${count(lines)} lines`.padStart(18),
      ].join(''),
  );
  const { unreadable, binary } = totals;
  if (unreadable + binary > 0) rows.push(`not counted: ${unreadable} unreadable, ${binary} binary`);
  return rows.join('\n');
}

/** The most frequent identifiers and words, side by side. */
export function describeTop({ identifiers, words }: Counts): string {
  const [left, right] = [top(identifiers, TOP), top(words, TOP)];
  const rows = [`    ${'identifier'.padEnd(34)}word`];
  for (let rank = 0; rank < Math.max(left.length, right.length); rank++) {
    const [one, other] = [left[rank], right[rank]].map((each) =>
      each === undefined
        ? ''
        : `${each.key.slice(0, 20).padEnd(20)}${count(each.count).padStart(10)}`,
    );
    rows.push(`${String(rank + 1).padStart(2)}  ${one!.padEnd(34)}${other}`.trimEnd());
  }
  return rows.join('\n');
}

/** Both passes and their times. */
export function describeTimes(
  run: ClusterRun,
  clusterMs: number,
  plainMs: number,
  threads: number,
): string {
  const { tokenizerCount, shardCount, unitCount, repeated } = run;
  const cluster = `${threads} threads, ${tokenizerCount} tokenizers, ${shardCount} shards`;
  return [
    `cluster     ${seconds(clusterMs).padStart(9)}  (${cluster}; ${unitCount} units, ${repeated} repeated)`,
    `plain pass  ${seconds(plainMs).padStart(9)}  (one thread, no actor; after the cluster, so with warm files)`,
  ].join('\n');
}

/** The verdict when nothing differs. */
export function describeEqual({ identifiers, words }: Counts): string {
  const one = `${count(identifiers.size)} identifiers (${count(total(identifiers))} times)`;
  const other = `${count(words.size)} words (${count(total(words))} times)`;
  return `equal: all counts of ${one} and ${other}, and all files, bytes and lines`;
}
