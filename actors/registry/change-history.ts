import type { Change } from './instance.js';

/**
 * The last changes of a service, or of all, in the order of their indices: what a watcher that fell behind is
 * told. Bounded: whoever is further behind than this gets a snapshot instead, never a gap.
 *
 * Invariant: every change with an index above {@link forgottenIndex} is here.
 */
export class ChangeHistory {
  readonly #capacity: number;
  readonly #changes: Change[] = [];
  /** Position of the oldest one in the circle. */
  #start = 0;
  #forgottenIndex: number;

  /**
   * @param capacity changes kept, at least 1
   * @param index index before the first change
   */
  constructor(capacity: number, index: number) {
    this.#capacity = capacity;
    this.#forgottenIndex = index;
  }

  /** Index up to which changes are not known any more. */
  get forgottenIndex(): number {
    return this.#forgottenIndex;
  }

  get length(): number {
    return this.#changes.length;
  }

  add(change: Change): void {
    if (this.#changes.length < this.#capacity) {
      this.#changes.push(change);
      return;
    }
    this.#forgottenIndex = this.#changes[this.#start]!.index;
    this.#changes[this.#start] = change;
    this.#start = (this.#start + 1) % this.#capacity;
  }

  /** The changes after `index`, oldest first; undefined when some of them are forgotten. */
  since(index: number): readonly Change[] | undefined {
    if (index < this.#forgottenIndex) return undefined;
    const found: Change[] = [];
    for (let back = 1; back <= this.#changes.length; back++) {
      const at = (this.#start + this.#changes.length - back) % this.#changes.length;
      const change = this.#changes[at]!;
      if (change.index <= index) break;
      found.push(change);
    }
    return found.reverse();
  }
}
