import type { DictionaryWriter } from './dictionary.js';
import type { Site } from './site.js';
import { ARGUMENT_ESCAPE, TAG_STRING_REF, tagWord } from './tags.js';

/** Strings met once that are remembered; the set starts anew when it is full. */
const MAX_CANDIDATES = 1024;
/** Misses after which the hit rate of a place is judged. */
const WINDOW_MISSES = 256;
const FIRST_PAUSE = 512;
const LONGEST_PAUSE = 65_536;

/**
 * Decides which strings are sent by number. A string enters the dictionary the second time it is
 * met; a place where less than half of the strings were met before pauses, longer each time, so that a stream of
 * unique strings costs neither time nor dictionary.
 */
export class Interner {
  readonly #dictionary: DictionaryWriter;
  readonly #maxLength: number;
  readonly #candidates = new Set<string>();

  constructor(dictionary: DictionaryWriter, maxLength: number) {
    this.#dictionary = dictionary;
    this.#maxLength = maxLength;
  }

  /** The tag word STRING_REF for `text` at `site`, or 0 when it travels as characters. */
  word(text: string, site: Site): number {
    if (site.pauseCount > 0) {
      site.pauseCount--;
      return 0;
    }
    if (text.length > this.#maxLength || text.length === 0) return 0;
    let id = this.#dictionary.stringId(text);
    if (id >= 0) {
      site.hitCount++;
    } else {
      id = this.#miss(text, site);
      if (id < 0) return 0;
    }
    site.lastText = text;
    site.lastWord = tagWord(TAG_STRING_REF, id);
    return site.lastWord;
  }

  #miss(text: string, site: Site): number {
    if (!this.#candidates.delete(text)) {
      if (++site.missCount >= WINDOW_MISSES) this.#judge(site);
      if (this.#candidates.size >= MAX_CANDIDATES) this.#candidates.clear();
      this.#candidates.add(text);
      return -1;
    }
    site.hitCount++;
    const id = this.#dictionary.appendString(text);
    return id < ARGUMENT_ESCAPE ? id : -1;
  }

  #judge(site: Site): void {
    if (site.hitCount < site.missCount) {
      site.nextPauseCount = Math.min(Math.max(FIRST_PAUSE, site.nextPauseCount * 2), LONGEST_PAUSE);
      site.pauseCount = site.nextPauseCount;
    } else {
      site.nextPauseCount = 0;
    }
    site.hitCount = 0;
    site.missCount = 0;
  }
}
