/** A circular queue over a power of two of slots: what a mailbox and a run queue cannot do without. */
export class FloorQueue<T> {
  #slots: (T | undefined)[] = new Array(4).fill(undefined);
  #head = 0;
  #tail = 0;

  get length(): number {
    return (this.#tail - this.#head) | 0;
  }

  push(item: T): void {
    if (this.length === this.#slots.length) this.#grow();
    this.#slots[this.#tail & (this.#slots.length - 1)] = item;
    this.#tail = (this.#tail + 1) | 0;
  }

  shift(): T | undefined {
    if (this.#head === this.#tail) return undefined;
    const index = this.#head & (this.#slots.length - 1);
    const item = this.#slots[index];
    this.#slots[index] = undefined;
    this.#head = (this.#head + 1) | 0;
    return item;
  }

  #grow(): void {
    const items: (T | undefined)[] = [];
    const count = this.length;
    for (let i = 0; i < count; i++) items.push(this.shift());
    this.#slots = [...items, ...new Array(count).fill(undefined)];
    this.#head = 0;
    this.#tail = count;
  }
}
