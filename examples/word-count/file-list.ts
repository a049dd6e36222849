import type { BigIntStats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTypeOf } from './file-types.js';

/** Larger files are skipped: they are bundles, and one would keep a tokenizer busy for long. */
export const MAX_FILE_BYTES = 2 * 2 ** 20;

/** A file to be counted. */
export interface SourceFile {
  readonly path: string;
  readonly type: string;
  /** When it was listed. */
  readonly bytes: number;
}

/** The input of both passes. */
export interface FileList {
  readonly files: readonly SourceFile[];
  readonly bytes: number;
  /** Source files of more than `MAX_FILE_BYTES`. */
  readonly tooLarge: number;
  /** Source files that were left out because the budget was used up. */
  readonly overBudget: number;
  /** Names that led nowhere: broken links, and folders that may not be read. */
  readonly unreachable: number;
}

/**
 * Lists the source files under a folder, depth first in the order of their names. Every file and folder
 * is entered once, under the first name that leads to it: links cannot make it count twice, or forever.
 * @param budgetBytes files are taken until the next one would exceed it; the rest is left out
 */
export async function listFiles(
  root: string,
  budgetBytes: number,
  signal: AbortSignal,
): Promise<FileList> {
  const seen = new Set<string>();
  const files: SourceFile[] = [];
  let [bytes, tooLarge, overBudget, unreachable] = [0, 0, 0, 0];

  const take = (path: string, type: string, size: number): void => {
    if (size > MAX_FILE_BYTES) tooLarge++;
    else if (overBudget > 0 || bytes + size > budgetBytes) overBudget++;
    else {
      files.push({ path, type, bytes: size });
      bytes += size;
    }
  };
  const visit = async (path: string): Promise<void> => {
    signal.throwIfAborted();
    const stats = await stat(path, { bigint: true }).catch(() => undefined);
    if (stats === undefined) {
      unreachable++;
      return;
    }
    const type = stats.isFile() ? fileTypeOf(path) : undefined;
    if ((type === undefined && !stats.isDirectory()) || seen.has(identity(stats))) return;
    seen.add(identity(stats));
    if (type === undefined) await visitAll(path);
    else take(path, type, Number(stats.size));
  };
  const visitAll = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
    if (entries === undefined) unreachable++;
    entries?.sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const entry of entries ?? []) {
      const isOther = entry.isFile() && fileTypeOf(entry.name) === undefined;
      if (!isOther) await visit(join(folder, entry.name));
    }
  };
  await visit(root);
  return { files, bytes, tooLarge, overBudget, unreachable };
}

function identity({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}
