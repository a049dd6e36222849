import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../base/clock.js';
import { DATA_FILE } from './data-file.js';

/** The time of a folder steps by 10 ms at most; after so long without a change the next one has another time. */
const SETTLED_MS = 100;

const OR_NONE = { throwIfNoEntry: false } as const;

/**
 * Tells whether the file of an open store still lies under its name. Whoever deletes, moves or replaces it changes
 * its folder, or the way to that, so while it is the same folder without a change only the folder is looked at. The
 * file is left alone where possible, because Linux gives one that was looked at a new time with its next write
 * (multigrain timestamps, Linux 6.13), which is one more thing to be written with each commit.
 */
export class FilePresence {
  readonly #folder: string;
  readonly #file: string;
  readonly #inode: number;
  readonly #clock: Clock;
  /** The folder when the file was looked for last; undefined before that and when it was gone. */
  #seen: Stats | undefined;
  #seenSinceMs: number;
  /** True when a change of the folder since then has another time. */
  #isSettled: boolean;

  /** @throws {Error} when there is no such file */
  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#file = join(folder, DATA_FILE);
    this.#inode = statSync(this.#file).ino;
    this.#clock = clock;
    this.#seen = undefined;
    this.#seenSinceMs = 0;
    this.#isSettled = false;
  }

  isThere(): boolean {
    try {
      return this.#look();
    } catch {
      return false;
    }
  }

  #look(): boolean {
    const nowMs = this.#isSettled ? 0 : this.#clock.now();
    const folder = statSync(this.#folder, OR_NONE);
    const isSame = folder !== undefined && this.#seen !== undefined && isEqual(folder, this.#seen);
    if (isSame && this.#isSettled) return true;
    this.#isSettled = false;
    if (!isSame) {
      this.#seen = folder;
      this.#seenSinceMs = this.#clock.now();
    }
    if (folder === undefined || statSync(this.#file, OR_NONE)?.ino !== this.#inode) return false;
    const hasFineTimes = process.platform === 'linux' && folder.ctimeMs % 1000 !== 0;
    this.#isSettled = isSame && hasFineTimes && nowMs - this.#seenSinceMs > SETTLED_MS;
    return true;
  }
}

/** True for one folder at two moments between which nothing was made, removed or renamed in it. */
function isEqual(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev && one.ctimeMs === other.ctimeMs;
}
