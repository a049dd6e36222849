/**
 * Doubly linked lists of small integers in two typed arrays: no object for a link, no branch for an end.
 * Each list has a node of its own that closes its circle. A slot is in one list at a time at most.
 */
export class SlotLists {
  readonly #listCount: number;
  /** Of each node the next one, then the one before. */
  #links: Int32Array;

  /** @param capacity slots, 0 to `capacity - 1` */
  constructor(listCount: number, capacity: number) {
    this.#listCount = listCount;
    this.#links = new Int32Array(2 * (listCount + capacity));
    for (let list = 0; list < listCount; list++) this.#empty(list);
  }

  grow(capacity: number): void {
    this.#links = grown(this.#links, 2 * (this.#listCount + capacity));
  }

  /** Puts a slot that is in no list at the front of one. */
  pushFront(list: number, slot: number): void {
    const links = this.#links;
    const node = slot + this.#listCount;
    const after = links[2 * list]!;
    links[2 * list] = node;
    links[2 * node] = after;
    links[2 * node + 1] = list;
    links[2 * after + 1] = node;
  }

  /** Takes a slot out of the list it is in. */
  remove(slot: number): void {
    const links = this.#links;
    const node = 2 * (slot + this.#listCount);
    const after = links[node]!;
    const before = links[node + 1]!;
    links[2 * before] = after;
    links[2 * after + 1] = before;
  }

  /** Takes a slot out of the list it is in and puts it at the front of one. */
  move(list: number, slot: number): void {
    const links = this.#links;
    const node = slot + this.#listCount;
    const at = 2 * node;
    const after = links[at]!;
    const before = links[at + 1]!;
    links[2 * before] = after;
    links[2 * after + 1] = before;
    const first = links[2 * list]!;
    links[2 * list] = node;
    links[at] = first;
    links[at + 1] = list;
    links[2 * first + 1] = node;
  }

  /** The slot at the back, or -1. */
  last(list: number): number {
    const node = this.#links[2 * list + 1]!;
    return node === list ? -1 : node - this.#listCount;
  }

  /** Moves all of one list to another that is empty. */
  moveAll(from: number, to: number): void {
    const links = this.#links;
    const first = links[2 * from]!;
    if (first === from) return;
    const last = links[2 * from + 1]!;
    links[2 * to] = first;
    links[2 * first + 1] = to;
    links[2 * to + 1] = last;
    links[2 * last] = to;
    this.#empty(from);
  }

  #empty(list: number): void {
    this.#links[2 * list] = list;
    this.#links[2 * list + 1] = list;
  }
}

/** A longer array that begins with the old one. */
export function grown<A extends Int32Array | Uint32Array | Uint8Array | Float64Array>(
  array: A,
  length: number,
): A {
  const longer = new (array.constructor as new (length: number) => A)(length);
  longer.set(array as never);
  return longer;
}
