/** A binary min-heap of sequence numbers: messages that come back are taken near their old place. */
export class SequenceHeap {
  readonly #items: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The lowest number; Infinity when empty. */
  peek(): number {
    return this.#items.length === 0 ? Number.POSITIVE_INFINITY : this.#items[0]!;
  }

  push(seq: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(seq);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (items[parent]! <= seq) break;
      items[at] = items[parent]!;
      at = parent;
    }
    items[at] = seq;
  }

  /** Takes the lowest number out; Infinity when empty. */
  pop(): number {
    const items = this.#items;
    const lowest = this.peek();
    const last = items.pop();
    if (last === undefined || items.length === 0) return lowest;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && items[child + 1]! < items[child]!) child++;
      if (items[child]! >= last) break;
      items[at] = items[child]!;
      at = child;
    }
    items[at] = last;
    return lowest;
  }
}
