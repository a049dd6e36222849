/** As a signed integer, which an object keeps without a box. */
const OFFSET = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/** The code unit of `0`. */
const DIGIT_0 = 48;
const MAX_INT32 = 2 ** 31 - 1;

/**
 * FNV-1a over UTF-16 code units with a final avalanche, as an unsigned 32-bit integer.
 * Stable across threads, processes and versions: placements may depend on it. Not for secrets.
 */
export function hash32(text: string): number {
  return avalanche(mixed(OFFSET, text));
}

/** The {@link hash32} of a text that comes in pieces, so that it need not be put together. */
export class PiecewiseHash {
  #hash: number;
  #length: number;

  constructor() {
    this.#hash = OFFSET;
    this.#length = 0;
  }

  /** UTF-16 code units so far. */
  get length(): number {
    return this.#length;
  }

  /** The hash of all pieces so far, as of one text. */
  get value(): number {
    return avalanche(this.#hash);
  }

  add(piece: string): void {
    this.#hash = mixed(this.#hash, piece);
    this.#length += piece.length;
  }

  /** As `add(String.fromCharCode(unit))`. */
  addUnit(unit: number): void {
    this.#hash = Math.imul(this.#hash ^ unit, PRIME);
    this.#length++;
  }

  /** As `add(String(value))`, mostly without making that text. @param value an integer from 0 */
  addInteger(value: number): void {
    if (value < 10) this.addUnit(DIGIT_0 + value);
    else if (value > MAX_INT32) this.add(String(value));
    else this.#addDigits(value | 0);
  }

  #addDigits(value: number): void {
    let scale = 10;
    while (value >= scale * 10) scale *= 10;
    let hash = this.#hash;
    let rest = value;
    for (; scale >= 1; scale = (scale / 10) | 0) {
      const digit = (rest / scale) | 0;
      rest -= digit * scale;
      hash = Math.imul(hash ^ (DIGIT_0 + digit), PRIME);
      this.#length++;
    }
    this.#hash = hash;
  }
}

function mixed(hash: number, text: string): number {
  let h = hash;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), PRIME);
  return h;
}

function avalanche(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
