import { SeededRandom } from '../../runtime/base/random.js';

/** Chance of one seed, with the questions that a simulation asks. */
export class Dice extends SeededRandom {
  /** True with this probability. */
  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  /** A number from `low` up to but not `high`. */
  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  /** Some of a list, at least one. */
  some<T>(list: readonly T[], probability: number): T[] {
    const chosen = list.filter(() => this.chance(probability));
    return chosen.length > 0 ? chosen : [this.pick(list)];
  }
}
