import type { SeededRandom } from '../../base/random.js';

/** Choices from a seed. */
export class Dice {
  readonly #random: SeededRandom;

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + this.#random.below(most - least + 1);
  }

  chance(share: number): boolean {
    return this.#random.next() < share;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.#random.below(values.length)]!;
  }

  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const keys = Object.keys(weights) as K[];
    let at = this.#random.next() * keys.reduce((sum, key) => sum + weights[key], 0);
    for (const key of keys) {
      at -= weights[key];
      if (at < 0) return key;
    }
    return keys[keys.length - 1]!;
  }
}
