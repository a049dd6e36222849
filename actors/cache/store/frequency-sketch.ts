/** Counters of an entry that is in the cache: more of them, fewer collisions. */
const COUNTERS_PER_ENTRY = 16;
const WORDS_PER_BLOCK = 16;
const ROW_COUNT = 4;
const MAX_WORDS = 2 ** 26;

/** The highest count: 4 bits. */
export const MAX_FREQUENCY = 15;

/**
 * How often keys that are not in the cache were used when they were, about: four rows of 4-bit counters, of which
 * the least counts. The four counters of a key lie in one block of 64 bytes.
 *
 * Source: Cormode and Muthukrishnan, "An Improved Data Stream Summary: The Count-Min Sketch" (2005); Einziger,
 * Friedman, Manes, "TinyLFU: A Highly Efficient Cache Admission Policy" (2017).
 */
export class FrequencySketch {
  readonly #words: Uint32Array;
  readonly #blockMask: number;

  /** @param entryCount of the cache, 1 or more */
  constructor(entryCount: number) {
    let words = WORDS_PER_BLOCK;
    const wanted = Math.min(MAX_WORDS, (entryCount * COUNTERS_PER_ENTRY) / 8);
    while (words < wanted) words *= 2;
    this.#words = new Uint32Array(words);
    this.#blockMask = words / WORDS_PER_BLOCK - 1;
  }

  /** Remembers a count, 0 to 15, unless a higher one is known. `hash`: any 32 bits of the key. */
  raise(hash: number, count: number): void {
    const words = this.#words;
    const block = (spread(hash) & this.#blockMask) * WORDS_PER_BLOCK;
    let bits = rehash(hash);
    for (let row = 0; row < ROW_COUNT; row++) {
      const word = block + row * 4 + (bits & 3);
      const shift = bits & 0x1c;
      bits >>>= 8;
      const known = (words[word]! >>> shift) & MAX_FREQUENCY;
      if (known < count) words[word] = words[word]! + ((count - known) << shift);
    }
  }

  /** The count of a key: never less than what was remembered of it, seldom more. */
  frequency(hash: number): number {
    const words = this.#words;
    const block = (spread(hash) & this.#blockMask) * WORDS_PER_BLOCK;
    let bits = rehash(hash);
    let least = MAX_FREQUENCY;
    for (let row = 0; row < ROW_COUNT; row++) {
      const count = (words[block + row * 4 + (bits & 3)]! >>> (bits & 0x1c)) & MAX_FREQUENCY;
      bits >>>= 8;
      if (count < least) least = count;
    }
    return least;
  }

  /** Halves all counts, so that the past fades. */
  halve(): void {
    const words = this.#words;
    for (let word = 0; word < words.length; word++) {
      words[word] = (words[word]! >>> 1) & 0x77777777;
    }
  }
}

function spread(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 17), 0xed5ad4bb);
  return h ^ (h >>> 11);
}

function rehash(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 15), 0x31848bab);
  return (h ^ (h >>> 14)) >>> 0;
}
