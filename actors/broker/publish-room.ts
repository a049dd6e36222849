import { CircularQueue } from '../../runtime/index.js';

interface Waiting {
  readonly count: number;
  readonly start: () => void;
}

/**
 * Room for what a client has under way: a counting semaphore, first come first served. What is larger than the whole
 * room goes when nothing else is under way, so that it waits, but not for ever.
 */
export class PublishRoom {
  readonly #limit: number;
  #usedCount = 0;
  readonly #waiting = new CircularQueue<Waiting>();

  /** @param limit publications that may be under way */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns false when there is no room for `count`, or others came first: then {@link wait} */
  take(count: number): boolean {
    if (this.#waiting.length > 0 || !this.#fits(count)) return false;
    this.#usedCount += count;
    return true;
  }

  /** Resolves when `count` have been taken. */
  wait(count: number): Promise<void> {
    return new Promise<void>((start) => this.#waiting.push({ count, start }));
  }

  /** `count` are no longer under way: who waits comes in, in order. */
  give(count: number): void {
    this.#usedCount -= count;
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (!this.#fits(next.count)) return;
      this.#waiting.shift();
      this.#usedCount += next.count;
      next.start();
    }
  }

  #fits(count: number): boolean {
    return this.#usedCount === 0 || this.#usedCount + count <= this.#limit;
  }
}
