import { until } from './turns.js';

/** Two words in shared memory: a handler that blocks its thread sets the first and waits for the second. */
export class Blockade {
  readonly words = new SharedArrayBuffer(8);
  readonly #view = new Int32Array(this.words);

  /** Resolves when the thread is blocked. */
  async entered(): Promise<void> {
    await until('the thread is blocked', () => Atomics.load(this.#view, 0) === 1);
  }

  /** Lets the thread go on. */
  lift(): void {
    Atomics.store(this.#view, 1, 1);
    Atomics.notify(this.#view, 1);
  }
}
