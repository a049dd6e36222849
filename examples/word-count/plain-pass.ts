import type { SourceFile } from './file-list.js';
import { addFile, emptyTotals, type FileTotals } from './file-totals.js';
import { countIdentifiers } from './identifiers.js';
import { readSource } from './source-bytes.js';
import type { Tallies } from './tally.js';
import { countWords } from './words.js';

/** What both passes come to. */
export interface Counts extends Tallies {
  readonly totals: FileTotals;
}

/** Counts everything on this thread, file by file, with no actor involved: what the cluster is checked against. */
export async function plainPass(
  files: readonly SourceFile[],
  signal: AbortSignal,
  onFile: (file: SourceFile) => void,
): Promise<Counts> {
  const counts = { identifiers: new Map(), words: new Map(), totals: emptyTotals() };
  for (const file of files) {
    signal.throwIfAborted();
    const bytes = await readSource(file.path);
    if (typeof bytes === 'string') counts.totals[bytes]++;
    else {
      const text = bytes.toString('utf8');
      countIdentifiers(text, counts.identifiers);
      addFile(counts.totals, file.type, bytes.length, text);
    }
    onFile(file);
  }
  countWords(counts.identifiers, counts.words);
  return counts;
}
