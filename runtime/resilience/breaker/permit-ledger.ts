import { assert } from '../../base/assert.js';

const FREE = -1;

/**
 * The permits of a trial on one thread, each with its number and its deadline, in one typed array. A number is not
 * used twice in a trial, so a late result never settles the permit of another call.
 */
export class PermitLedger {
  /** Number and deadline of each place in turn. */
  readonly #places: Float64Array;
  #next = 0;

  /** @param permits 1 to 32 */
  constructor(permits: number) {
    this.#places = new Float64Array(permits * 2).fill(FREE);
  }

  /** Gives out a permit; there must be room. @returns its number, 0 to `mask` */
  open(deadlineMs: number, mask: number): number {
    const places = this.#places;
    let at = 0;
    while (at < places.length && places[at] !== FREE) at += 2;
    assert(at < places.length, () => `no room for permit ${this.#next}`);
    const number = this.#next;
    this.#next = (number + 1) & mask;
    places[at] = number;
    places[at + 1] = deadlineMs;
    return number;
  }

  /** A permit is used or comes back. @returns false when it was over already */
  close(number: number): boolean {
    const places = this.#places;
    for (let at = 0; at < places.length; at += 2) {
      if (places[at] !== number) continue;
      places[at] = FREE;
      return true;
    }
    return false;
  }

  /** Ends the permits whose deadline has passed. @returns how many */
  expire(nowMs: number): number {
    const places = this.#places;
    let count = 0;
    for (let at = 0; at < places.length; at += 2) {
      if (places[at] === FREE || places[at + 1]! > nowMs) continue;
      places[at] = FREE;
      count++;
    }
    return count;
  }

  clear(): void {
    this.#places.fill(FREE);
  }
}
