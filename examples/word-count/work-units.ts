import type { SourceFile } from './file-list.js';

/** A batch of files: what is given out, confirmed and, if need be, given out again as a whole. */
export interface WorkUnit {
  /** Its place in the list of units. */
  readonly id: number;
  readonly files: readonly SourceFile[];
  readonly bytes: number;
}

/** So small that a repeated unit costs little, so large that its messages are few. */
const MAX_UNIT_BYTES = 512 * 1024;
const MAX_UNIT_FILES = 256;
/** A small input is cut into about this many, so that every actor has something to do. */
const MIN_UNITS = 32;

/** Cuts a list of files into units, in its order. The same list gives the same units. */
export function cutIntoUnits(files: readonly SourceFile[]): WorkUnit[] {
  const totalBytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const unitBytes = Math.min(MAX_UNIT_BYTES, Math.ceil(totalBytes / MIN_UNITS));
  const units: WorkUnit[] = [];
  let [batch, bytes]: [SourceFile[], number] = [[], 0];
  const close = (): void => {
    if (batch.length > 0) units.push({ id: units.length, files: batch, bytes });
    [batch, bytes] = [[], 0];
  };
  for (const file of files) {
    if (bytes + file.bytes > unitBytes || batch.length === MAX_UNIT_FILES) close();
    batch.push(file);
    bytes += file.bytes;
  }
  close();
  return units;
}
