import type { ResultWindow } from './window.js';

const FAILED = 1;
const SLOW = 2;

/** The last `size` results, one byte each in a circle, with their sums beside it. */
export class CountWindow implements ResultWindow {
  readonly isTimed = false;
  readonly #results: Uint8Array;
  #next = 0;
  #calls = 0;
  #failures = 0;
  #slow = 0;

  /** @param size 1 to 512 */
  constructor(size: number) {
    this.#results = new Uint8Array(size);
  }

  get calls(): number {
    return this.#calls;
  }

  get failures(): number {
    return this.#failures;
  }

  get slow(): number {
    return this.#slow;
  }

  record(failed: boolean, slow: boolean): void {
    const results = this.#results;
    const index = this.#next;
    const result = (failed ? FAILED : 0) | (slow ? SLOW : 0);
    if (this.#calls < results.length) this.#calls++;
    const old = results[index]!;
    if ((old | result) !== 0) {
      results[index] = result;
      this.#failures += (result & FAILED) - (old & FAILED);
      this.#slow += (result >> 1) - (old >> 1);
    }
    this.#next = index + 1 === results.length ? 0 : index + 1;
  }

  look(): void {}

  clear(): void {
    this.#results.fill(0);
    this.#next = 0;
    this.#calls = 0;
    this.#failures = 0;
    this.#slow = 0;
  }
}
