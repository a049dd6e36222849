/** Those who wait for commits on one thread. However many commits a turn has, each is called once. */
export class CommitListeners {
  readonly #listeners: Set<() => void>;
  #isDue: boolean;

  constructor() {
    this.#listeners = new Set();
    this.#isDue = false;
  }

  /** @returns ends it */
  add(listener: () => void): () => void {
    // A wrapper, so that one function given twice is two listeners.
    const entry = (): void => listener();
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Calls all in a microtask. What one of them throws is an uncaught error, and does not keep the others out. */
  notify(): void {
    if (this.#isDue || this.#listeners.size === 0) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      for (const listener of [...this.#listeners]) {
        if (this.#listeners.has(listener)) queueMicrotask(listener);
      }
    });
  }

  clear(): void {
    this.#listeners.clear();
  }
}
