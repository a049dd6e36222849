import type { ShapeFamily } from './shape-family.js';
import { TAG_STRING_8, tagWord } from './tags.js';

/**
 * What the encoder remembers about one place in messages: a field of a shape, or a root with a
 * certain `type`. An inline cache in the sense of Deutsch and Schiffman (POPL 1984): a guess,
 * verified at each use, that spares the search.
 */
export class Site {
  /** The family of the last plain object here. */
  family: ShapeFamily | null = null;
  /** The last interned string here, and its tag word. */
  lastText = '';
  lastWord = tagWord(TAG_STRING_8, 0);
  /** Strings that still pass without a look at the dictionary, because looking did not pay. */
  pauseCount = 0;
  /** How long the next such pause will be. */
  nextPauseCount = 0;
  /** Hits and misses since the last verdict. */
  hitCount = 0;
  missCount = 0;
}
