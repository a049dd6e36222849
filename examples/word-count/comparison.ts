import type { FileTotals } from './file-totals.js';
import type { Counts } from './plain-pass.js';
import type { Tally } from './tally.js';

/** Every count that is not the same in both, as a line of text; none when the two are equal. */
export function differences(cluster: Counts, plain: Counts): string[] {
  return [
    ...tallyDifferences('identifier', cluster.identifiers, plain.identifiers),
    ...tallyDifferences('word', cluster.words, plain.words),
    ...totalsDifferences(cluster.totals, plain.totals),
  ];
}

function tallyDifferences(kind: string, cluster: Tally, plain: Tally): string[] {
  const found: string[] = [];
  for (const key of new Set([...cluster.keys(), ...plain.keys()])) {
    compare(`${kind} '${key}'`, cluster.get(key) ?? 0, plain.get(key) ?? 0, found);
  }
  return found;
}

function totalsDifferences(cluster: FileTotals, plain: FileTotals): string[] {
  const found: string[] = [];
  for (const type of new Set([...cluster.types.keys(), ...plain.types.keys()])) {
    for (const what of ['files', 'bytes', 'lines'] as const) {
      const [one, other] = [cluster.types.get(type)?.[what], plain.types.get(type)?.[what]];
      compare(`${what} of ${type}`, one ?? 0, other ?? 0, found);
    }
  }
  compare('unreadable files', cluster.unreadable, plain.unreadable, found);
  compare('binary files', cluster.binary, plain.binary, found);
  return found;
}

function compare(what: string, cluster: number, plain: number, found: string[]): void {
  if (cluster !== plain) found.push(`${what}: cluster ${cluster}, plain pass ${plain}`);
}
