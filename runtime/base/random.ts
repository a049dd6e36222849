import { optionError } from './check-option.js';

/** A source of chance. */
export interface Random {
  /** A number in `[0, 1)`. */
  next(): number;
}

/** Chance as the process has it. */
export const systemRandom: Random = { next: Math.random };

/**
 * Reproducible chance: the same seed gives the same numbers on every machine.
 * The generator is mulberry32 (32 bits of state, full period).
 */
export class SeededRandom implements Random {
  #state: number;

  /** @param seed any integer; only its low 32 bits count */
  constructor(seed: number) {
    if (typeof seed !== 'number') throw optionError('SeededRandom', seed, 'a number');
    this.#state = seed >>> 0;
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer in `[0, bound)`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }
}
