/** What was read of one type of files. */
export interface TypeTotals {
  files: number;
  bytes: number;
  lines: number;
}

/** Totals by file type, and the files that had a name like source text but could not be counted. */
export interface FileTotals {
  readonly types: Map<string, TypeTotals>;
  /** Gone, or not allowed to be read. */
  unreadable: number;
  /** With a zero byte near the start. */
  binary: number;
}

/** Why a file of the list is not counted. */
export type Skipped = 'unreadable' | 'binary';

export function emptyTotals(): FileTotals {
  return { types: new Map(), unreadable: 0, binary: 0 };
}

/** Counts one file. */
export function addFile(totals: FileTotals, type: string, bytes: number, text: string): void {
  addType(totals, type, { files: 1, bytes, lines: countLines(text) });
}

/** Adds the totals of other files. */
export function addTotals(into: FileTotals, from: FileTotals): void {
  for (const [type, counted] of from.types) addType(into, type, counted);
  into.unreadable += from.unreadable;
  into.binary += from.binary;
}

/** All types together. */
export function sumOfTypes(totals: FileTotals): TypeTotals {
  const sum = { files: 0, bytes: 0, lines: 0 };
  for (const { files, bytes, lines } of totals.types.values()) {
    sum.files += files;
    sum.bytes += bytes;
    sum.lines += lines;
  }
  return sum;
}

/** Lines of a text: what ends in a line feed, and a last one that does not. */
export function countLines(text: string): number {
  let lines = 0;
  let at = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
    lines++;
    at = end + 1;
  }
  return at < text.length ? lines + 1 : lines;
}

function addType(totals: FileTotals, type: string, counted: TypeTotals): void {
  const known = totals.types.get(type) ?? { files: 0, bytes: 0, lines: 0 };
  known.files += counted.files;
  known.bytes += counted.bytes;
  known.lines += counted.lines;
  totals.types.set(type, known);
}
