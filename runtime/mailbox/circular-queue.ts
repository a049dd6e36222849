import { assert } from '../base/assert.js';

/** Slots of the first storage; a power of two, as every later size. */
const FIRST_SLOTS = 4;

/** The largest storage an empty queue keeps; one that grew beyond it is given back. */
export const KEPT_SLOTS = 64;

/** The same for V8, which looks up an exported constant at each use. */
const KEPT = KEPT_SLOTS;

/** A slot without an item: cleared, so that the queue holds on to nothing it has handed out. */
type Slot<T> = T | undefined;

/**
 * A first-in first-out queue on a power-of-two circular buffer, which can also be filled from the
 * front.
 *
 * - Without storage until the first push, doubled when full, never bounded: bounds are the
 *   mailbox's.
 * - Memory goes back: storage above {@link KEPT_SLOTS} is halved while it is seven eighths empty,
 *   and dropped as a whole when the queue is drained.
 * - `push`, `shift` and `unshift` are O(1), amortised over growing and shrinking; none allocates
 *   otherwise.
 *
 * Items are never `undefined` (the types exclude it): that is what an empty queue answers.
 */
export class CircularQueue<T extends NonNullable<unknown>> {
  // Begun here: a private field without a value begins as `undefined`, and is then no small integer for V8.
  #slots: Slot<T>[] | null = null;
  #headIndex = 0;
  #length = 0;

  /** Items in the queue. */
  get length(): number {
    return this.#length;
  }

  /** Slots of the present storage: 0 or a power of two. For tests and inspection of memory. */
  get slotCount(): number {
    return this.#slots === null ? 0 : this.#slots.length;
  }

  /** Appends an item. */
  push(item: T): void {
    let slots = this.#slots;
    if (slots === null || this.#length === slots.length) slots = this.#grow();
    slots[(this.#headIndex + this.#length) & (slots.length - 1)] = item;
    this.#length++;
  }

  /** Puts an item before all others. */
  unshift(item: T): void {
    let slots = this.#slots;
    if (slots === null || this.#length === slots.length) slots = this.#grow();
    this.#headIndex = (this.#headIndex - 1) & (slots.length - 1);
    slots[this.#headIndex] = item;
    this.#length++;
  }

  /** Takes the first item, `undefined` when there is none. */
  shift(): T | undefined {
    const slots = this.#slots;
    if (slots === null || this.#length === 0) return undefined;
    const item = slots[this.#headIndex];
    slots[this.#headIndex] = undefined;
    this.#headIndex = (this.#headIndex + 1) & (slots.length - 1);
    this.#length--;
    if (slots.length > KEPT && this.#length <= slots.length >>> 3) this.#giveBack();
    return item;
  }

  /** The first item, which stays; `undefined` when there is none. */
  peek(): T | undefined {
    return this.#slots === null ? undefined : this.#slots[this.#headIndex];
  }

  /** The item at `index`, counted from the front; `undefined` outside `[0, length)`. */
  at(index: number): T | undefined {
    const slots = this.#slots;
    if (slots === null || index < 0 || index >= this.#length) return undefined;
    return slots[(this.#headIndex + index) & (slots.length - 1)];
  }

  /**
   * Takes the item at `index`, counted from the front; the others keep their order. Costs
   * O(min(index, length - index)).
   * @throws {InvariantError} when `index` is not in `[0, length)`
   */
  removeAt(index: number): T {
    const slots = this.#slots;
    const item = this.at(index);
    assert(slots !== null && item !== undefined, () => `no item ${index} of ${this.#length}`);
    const mask = slots.length - 1;
    const head = this.#headIndex;
    const last = this.#length - 1;
    if (index <= last >>> 1) {
      for (let i = index; i > 0; i--) slots[(head + i) & mask] = slots[(head + i - 1) & mask];
      slots[head] = undefined;
      this.#headIndex = (head + 1) & mask;
    } else {
      for (let i = index; i < last; i++) slots[(head + i) & mask] = slots[(head + i + 1) & mask];
      slots[(head + last) & mask] = undefined;
    }
    this.#length = last;
    if (slots.length > KEPT && last <= slots.length >>> 3) this.#giveBack();
    return item;
  }

  /**
   * Takes every item that is in the queue now, first to last, and shows it to `visit`. What `visit`
   * pushes stays for later; if it throws, the items not yet shown stay.
   */
  drain(visit: (item: T) => void): void {
    for (let left = this.#length; left > 0; left--) {
      const item = this.shift();
      if (item === undefined) return;
      visit(item);
    }
  }

  #grow(): Slot<T>[] {
    return this.#moveTo(this.#slots === null ? FIRST_SLOTS : this.#slots.length * 2);
  }

  /** Called when at most an eighth of a storage above the kept size is in use. */
  #giveBack(): void {
    if (this.#length === 0) {
      this.#slots = null;
      this.#headIndex = 0;
    } else if (this.slotCount > KEPT_SLOTS * 2) {
      // Stops one size above the kept one, so that the drained queue is still recognised as grown.
      this.#moveTo(this.slotCount / 2);
    }
  }

  #moveTo(slotCount: number): Slot<T>[] {
    const next: Slot<T>[] = new Array(slotCount);
    const slots = this.#slots;
    if (slots !== null) {
      const mask = slots.length - 1;
      for (let i = 0; i < this.#length; i++) next[i] = slots[(this.#headIndex + i) & mask];
    }
    this.#slots = next;
    this.#headIndex = 0;
    return next;
  }
}
