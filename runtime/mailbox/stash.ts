import { assert } from '../base/assert.js';

/**
 * The stash of one actor: a bounded list of whole envelopes put aside until the actor can handle
 * them. Without storage while empty.
 *
 * A replay takes the list as a snapshot ({@link takeAll}) and prepends it to the mailbox; what is
 * stashed during the replay belongs to the next one. Source: Akka, `StashBuffer`.
 */
export class Stash<T extends NonNullable<unknown>> {
  readonly #capacityCount: number;
  #items: T[] | null;

  /**
   * @param capacityCount most envelopes held at a time, an integer from 0 up
   * @throws {InvariantError} when it is not
   */
  constructor(capacityCount: number) {
    assert(
      Number.isSafeInteger(capacityCount) && capacityCount >= 0,
      () => `capacity of a stash: ${capacityCount}`,
    );
    this.#capacityCount = capacityCount;
    this.#items = null;
  }

  /** Envelopes in the stash. */
  get length(): number {
    return this.#items === null ? 0 : this.#items.length;
  }

  /** True while the stash keeps an array. For tests and inspection of memory. */
  get hasStorage(): boolean {
    return this.#items !== null;
  }

  /** Appends an envelope; false when the stash is full, and then it is unchanged. */
  put(item: T): boolean {
    if (this.length >= this.#capacityCount) return false;
    if (this.#items === null) this.#items = [item];
    else this.#items.push(item);
    return true;
  }

  /** Takes everything, in the order it was put; the array is the caller's. */
  takeAll(): T[] {
    const items = this.#items;
    this.#items = null;
    return items ?? [];
  }

  /**
   * Takes everything that is in the stash now, in the order it was put, and shows it to `visit`. If
   * `visit` throws, the envelopes not yet shown stay, before any that it put meanwhile.
   */
  drain(visit: (item: T) => void): void {
    const items = this.takeAll();
    let shownCount = 0;
    try {
      for (const item of items) {
        shownCount++;
        visit(item);
      }
    } finally {
      if (shownCount < items.length) this.#items = items.slice(shownCount).concat(this.takeAll());
    }
  }
}
