import { InvariantError } from '../base/assert.js';

/** A busy period of more items than this gives the storage back at its end. */
const KEPT_ITEMS = 64;

/**
 * A stable priority queue: a binary heap ordered by priority, the lower number first, and among
 * equals by arrival. Priorities are any numbers but NaN, infinities included.
 *
 * Kept as three arrays side by side, so that an item costs no object of its own. Without storage
 * until the first push; given back when a busy period of more than 64 items ends empty.
 * `push` and `shift` are O(log n).
 */
export class PriorityQueue<T extends NonNullable<unknown>> {
  #items: T[] | null;
  #priorities: number[];
  #arrivals: number[];
  /** Arrival number of the next item at the back, counted up from 0 since the queue was empty. */
  #nextArrival: number;
  /** Arrival number of the latest item put before its equals, counted down from 0. */
  #firstArrival: number;

  constructor() {
    this.#items = null;
    this.#priorities = NOTHING;
    this.#arrivals = NOTHING;
    this.#nextArrival = 0;
    this.#firstArrival = 0;
  }

  /** Items in the queue. */
  get length(): number {
    return this.#items === null ? 0 : this.#items.length;
  }

  /** True while the queue keeps arrays. For tests and inspection of memory. */
  get hasStorage(): boolean {
    return this.#items !== null;
  }

  /**
   * Adds an item behind its equals.
   * @throws {InvariantError} when `priority` is NaN
   */
  push(item: T, priority: number): void {
    this.#insert(item, priority, this.#nextArrival++);
  }

  /**
   * Adds an item before its equals, as if it had arrived first of all.
   * @throws {InvariantError} when `priority` is NaN
   */
  pushFirst(item: T, priority: number): void {
    this.#insert(item, priority, --this.#firstArrival);
  }

  /** Takes the most urgent item, `undefined` when there is none. */
  shift(): T | undefined {
    return this.length === 0 ? undefined : this.#removeAt(0);
  }

  /** The most urgent item, which stays; `undefined` when there is none. */
  peek(): T | undefined {
    return this.#items === null ? undefined : this.#items[0];
  }

  /**
   * Takes the least urgent item whose priority is at least `floor` and which `allows` lets go; the
   * oldest among equals. `undefined` when there is none. Costs O(n): a heap is ordered towards its
   * front only.
   */
  removeLast(floor: number, allows: (item: T) => boolean): T | undefined {
    const items = this.#items;
    if (items === null) return undefined;
    let found = -1;
    for (let i = 0; i < items.length; i++) {
      const priority = this.#priorities[i]!;
      if (priority < floor) continue;
      if (found >= 0) {
        const best = this.#priorities[found]!;
        if (priority < best) continue;
        if (priority === best && this.#arrivals[i]! > this.#arrivals[found]!) continue;
      }
      if (allows(items[i]!)) found = i;
    }
    return found < 0 ? undefined : this.#removeAt(found);
  }

  /**
   * Takes every item that is in the queue now, most urgent first, and shows it to `visit`. What
   * `visit` pushes stays for later; if it throws, the items not yet shown stay.
   */
  drain(visit: (item: T) => void): void {
    const taken = new PriorityQueue<T>();
    taken.#items = this.#items;
    taken.#priorities = this.#priorities;
    taken.#arrivals = this.#arrivals;
    this.#dropStorage();
    try {
      for (let item = taken.shift(); item !== undefined; item = taken.shift()) visit(item);
    } finally {
      // The arrival numbers go on counting meanwhile, so what comes back keeps its place.
      for (let i = 0; i < taken.length; i++) {
        this.#insert(taken.#items![i]!, taken.#priorities[i]!, taken.#arrivals[i]!);
      }
    }
  }

  #insert(item: T, priority: number, arrival: number): void {
    if (Number.isNaN(priority)) throw new InvariantError('a priority is NaN');
    if (this.#items === null) {
      this.#items = [];
      this.#priorities = [];
      this.#arrivals = [];
    }
    this.#items.push(item);
    this.#priorities.push(priority);
    this.#arrivals.push(arrival);
    this.#siftUp(this.#items, this.#items.length - 1, item, priority, arrival);
  }

  #removeAt(index: number): T {
    const items = this.#items!;
    const removed = items[index]!;
    const item = items.pop()!;
    const priority = this.#priorities.pop()!;
    const arrival = this.#arrivals.pop()!;
    if (index < items.length) {
      // The former last item fills the gap; it may belong above or below it.
      const gap = this.#siftUp(items, index, item, priority, arrival);
      if (gap === index) this.#siftDown(items, index, item, priority, arrival);
    } else if (items.length === 0) {
      this.#startOver();
    }
    return removed;
  }

  /** Moves parents down until the item fits at `hole`, writes it there and returns the place. */
  #siftUp(items: T[], hole: number, item: T, priority: number, arrival: number): number {
    while (hole > 0) {
      const parent = (hole - 1) >>> 1;
      if (!this.#isBefore(priority, arrival, parent)) break;
      this.#move(items, parent, hole);
      hole = parent;
    }
    this.#write(items, hole, item, priority, arrival);
    return hole;
  }

  /** Moves the earlier child up until the item fits at `hole`, and writes it there. */
  #siftDown(items: T[], hole: number, item: T, priority: number, arrival: number): void {
    for (let child = 2 * hole + 1; child < items.length; child = 2 * hole + 1) {
      const right = child + 1;
      if (right < items.length) {
        if (this.#isBefore(this.#priorities[right]!, this.#arrivals[right]!, child)) child = right;
      }
      if (this.#isBefore(priority, arrival, child)) break;
      this.#move(items, child, hole);
      hole = child;
    }
    this.#write(items, hole, item, priority, arrival);
  }

  #isBefore(priority: number, arrival: number, other: number): boolean {
    const otherPriority = this.#priorities[other]!;
    if (priority !== otherPriority) return priority < otherPriority;
    return arrival < this.#arrivals[other]!;
  }

  #move(items: T[], from: number, to: number): void {
    this.#write(items, to, items[from]!, this.#priorities[from]!, this.#arrivals[from]!);
  }

  #write(items: T[], index: number, item: T, priority: number, arrival: number): void {
    items[index] = item;
    this.#priorities[index] = priority;
    this.#arrivals[index] = arrival;
  }

  #startOver(): void {
    if (this.#nextArrival - this.#firstArrival > KEPT_ITEMS) this.#dropStorage();
    this.#nextArrival = 0;
    this.#firstArrival = 0;
  }

  #dropStorage(): void {
    this.#items = null;
    this.#priorities = NOTHING;
    this.#arrivals = NOTHING;
  }
}

/** Stands for the arrays a queue without storage does not have; never written. */
const NOTHING: number[] = [];
