/** What has to reach the disk when the system stops: journals and the like of one thread. */
export class Flushes {
  readonly #all: Set<() => Promise<void>>;
  readonly #onFirst: () => void;

  /** @param onFirst called when there is something to flush for the first time */
  constructor(onFirst: () => void) {
    this.#all = new Set();
    this.#onFirst = onFirst;
  }

  /** @returns takes it back */
  add(flush: () => Promise<void>): () => void {
    const entry = (): Promise<void> => flush();
    this.#all.add(entry);
    if (this.#all.size === 1) this.#onFirst();
    return () => this.#all.delete(entry);
  }

  /** Flushes all, side by side. @returns what went wrong */
  async run(): Promise<string[]> {
    const results = await Promise.allSettled([...this.#all].map((flush) => flush()));
    return results.flatMap((result) => (result.status === 'rejected' ? String(result.reason) : []));
  }
}
