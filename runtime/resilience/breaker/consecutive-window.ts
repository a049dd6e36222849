import type { ResultWindow } from './window.js';

/** The results since the last success: all of them are failures. A slow success ends the row, too. */
export class ConsecutiveWindow implements ResultWindow {
  readonly isTimed = false;
  readonly slow = 0;
  #failures = 0;

  get calls(): number {
    return this.#failures;
  }

  get failures(): number {
    return this.#failures;
  }

  record(failed: boolean): void {
    if (failed) this.#failures++;
    else if (this.#failures !== 0) this.#failures = 0;
  }

  look(): void {}

  clear(): void {
    this.#failures = 0;
  }
}
