interface Timed<E> {
  readonly at: number;
  readonly order: number;
  readonly event: E;
}

/** What is to happen, in order of time; what falls on one moment comes in the order in which it was planned. */
export class EventQueue<E> {
  #heap: Timed<E>[] = [];
  #order = 0;

  get length(): number {
    return this.#heap.length;
  }

  push(at: number, event: E): void {
    const heap = this.#heap;
    const item = { at, order: this.#order++, event };
    let i = heap.length;
    heap.push(item);
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      if (!isBefore(item, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = item;
  }

  /** What is chosen comes at a time at the latest, in the order that it had. */
  hasten(at: number, isChosen: (event: E) => boolean): void {
    const items = this.#heap.sort((one, other) => (isBefore(one, other) ? -1 : 1));
    this.#heap = [];
    this.#order = 0;
    for (const item of items) {
      this.push(isChosen(item.event) ? Math.min(item.at, at) : item.at, item.event);
    }
  }

  pop(): { readonly at: number; readonly event: E } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

function isBefore<E>(one: Timed<E>, other: Timed<E>): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
