import { readFile } from 'node:fs/promises';
import type { Skipped } from './file-totals.js';

/** How far into a file a zero byte makes it binary. */
const SNIFFED_BYTES = 8192;

/**
 * Reads a file that claims to be source text. Both passes read through this function, so that they agree
 * on what is counted.
 */
export async function readSource(path: string): Promise<Buffer | Skipped> {
  try {
    const bytes = await readFile(path);
    return bytes.subarray(0, SNIFFED_BYTES).includes(0) ? 'binary' : bytes;
  } catch {
    return 'unreadable';
  }
}
