import { commitIn } from './commit-entry.js';
import type { Database } from './database.js';
import { asBuffer, commitKey, isSound, MAX_U48 } from './descriptor.js';

/** Entries looked at after a truncation: more than one group adds, so that a store that is truncated does not grow. */
const LOOKED_AT_COUNT = 16;

/**
 * The oldest entries of the order of commits of whose records none is kept. The last entry of all is never among
 * them, because the count of positions goes on from it.
 * @param firstOf version of the first record of a stream that is kept
 */
export function deadCommits(database: Database, firstOf: (stream: string) => number): Buffer[] {
  const dead: Buffer[] = [];
  let previous: Buffer | undefined;
  const range = { start: commitKey(0), end: commitKey(MAX_U48), limit: LOOKED_AT_COUNT };
  for (const { key, value } of database.getRange(range)) {
    if (previous !== undefined) dead.push(previous);
    // A damaged one is left for those to find who read it.
    if (!isSound(key, value)) return dead;
    const { runs } = commitIn(value);
    if (runs.some(({ stream, version, count }) => firstOf(stream) < version + count)) return dead;
    previous = Buffer.from(asBuffer(key));
  }
  return dead;
}
