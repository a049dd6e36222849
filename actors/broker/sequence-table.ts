import { InvariantError } from '../../runtime/index.js';

/** Places of an empty table, a power of two. */
const LEAST_PLACES = 8;
/** Spreads neighbours over the index (Fibonacci hashing: Knuth, The Art of Computer Programming 3, 6.4). */
const SPREAD = 0x9e3779b1;

/**
 * Items by sequence number, in the order in which they were put in. As a `Map`, but what comes and goes makes no
 * garbage: a `Map` is built anew whenever it has become emptier, in old space once it is old, where its dead
 * predecessors keep what they held from being collected young. So a table that is filled and emptied all the time
 * lets its items die young.
 *
 * Items lie in places one after the other, and an index by open addressing tells the place of a number. Places of
 * removed items are used again when the last one is taken, or at once when the table is empty.
 */
export class SequenceTable<T> {
  #items: (T | undefined)[] = empty(LEAST_PLACES);
  #seqs: number[] = new Array<number>(LEAST_PLACES).fill(0);
  /** Twice as many slots as places: a place and one, 0 for a free slot. */
  #slots = new Int32Array(2 * LEAST_PLACES);
  /** How far a spread number is shifted to be a slot. */
  #shift = 32 - Math.log2(2 * LEAST_PLACES);
  /** Items lie from here on. */
  #first = 0;
  /** The next free place. */
  #end = 0;
  #size = 0;
  /** Counts how often items have got other places. */
  #moves = 0;

  /** Items in the table. */
  get size(): number {
    return this.#size;
  }

  /** Places, taken or not: they become fewer by half at a time when few of them are needed. */
  get places(): number {
    return this.#items.length;
  }

  /** The item of that number. */
  get(seq: number): T | undefined {
    if (this.#size === 0) return undefined;
    const at = this.#slots[this.#slotOf(seq)]!;
    return at === 0 ? undefined : this.#items[at - 1];
  }

  /** True when there is an item of that number. */
  has(seq: number): boolean {
    return this.get(seq) !== undefined;
  }

  /** Puts an item in, behind all others, or in the place of the one of that number. */
  set(seq: number, item: T): void {
    let slot = this.#slotOf(seq);
    const at = this.#slots[slot]!;
    if (at !== 0) {
      this.#items[at - 1] = item;
      return;
    }
    if (this.#end === this.#items.length) {
      this.#makeRoom();
      slot = this.#slotOf(seq);
    }
    this.#items[this.#end] = item;
    this.#seqs[this.#end] = seq;
    this.#slots[slot] = ++this.#end;
    this.#size++;
  }

  /** Takes the item of that number out. False when there is none. */
  delete(seq: number): boolean {
    if (this.#size === 0) return false;
    const slot = this.#slotOf(seq);
    const at = this.#slots[slot]!;
    if (at === 0) return false;
    this.#free(slot);
    this.#items[at - 1] = undefined;
    if (--this.#size === 0) this.#restart();
    else if (at - 1 === this.#first) this.#first++;
    return true;
  }

  /**
   * All items in their order. Items may be taken out meanwhile.
   * @throws {InvariantError} when others have been put in, and some have got other places by it
   */
  *values(): IterableIterator<T> {
    const moves = this.#moves;
    for (let place = this.#first; place < this.#end; place++) {
      const item = this.#items[place];
      if (item !== undefined) yield item;
      if (moves !== this.#moves) this.#assertEmpty();
    }
  }

  /** As {@link values}, without an object for each. */
  visitAll(visit: (item: T) => void): void {
    const moves = this.#moves;
    for (let place = this.#first; place < this.#end; place++) {
      const item = this.#items[place];
      if (item !== undefined) visit(item);
      if (moves !== this.#moves) this.#assertEmpty();
    }
  }

  /** Places may change under a reader only by the last item being taken out. */
  #assertEmpty(): void {
    if (this.#size > 0) throw new InvariantError('items were put into a table while it was read');
  }

  /** The slot of a number, or the free one where it would be. */
  #slotOf(seq: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = this.#homeOf(seq);
    for (let at = slots[slot]!; at !== 0; at = slots[slot]!) {
      if (this.#seqs[at - 1] === seq) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #homeOf(seq: number): number {
    return Math.imul(seq, SPREAD) >>> this.#shift;
  }

  /** Frees a slot, and moves what comes behind it nearer to its home: so that no search ends too early. */
  #free(slot: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let hole = slot;
    for (let next = (slot + 1) & mask; slots[next] !== 0; next = (next + 1) & mask) {
      const home = this.#homeOf(this.#seqs[slots[next]! - 1]!);
      // Not over its home.
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      slots[hole] = slots[next]!;
      hole = next;
    }
    slots[hole] = 0;
  }

  /** It is empty: the places are used from the first on, half as many if few of them were needed. */
  #restart(): void {
    const { length } = this.#items;
    this.#moves++;
    if (length > LEAST_PLACES && this.#end <= length / 8) this.#resize(length / 2);
    this.#first = 0;
    this.#end = 0;
  }

  /** Moves the items to the first places, of more or fewer when that fits better. */
  #makeRoom(): void {
    const { length } = this.#items;
    this.#moves++;
    if (this.#size > length / 2) this.#resize(length * 2);
    else if (this.#size <= length / 8 && length > LEAST_PLACES) this.#resize(length / 2);
    else {
      this.#slots.fill(0);
      this.#pack(this.#items, this.#seqs);
    }
  }

  #resize(places: number): void {
    const items = this.#items;
    const seqs = this.#seqs;
    this.#items = empty(places);
    this.#seqs = new Array<number>(places).fill(0);
    this.#slots = new Int32Array(2 * places);
    this.#shift = 32 - Math.log2(2 * places);
    this.#pack(items, seqs);
  }

  /** Puts items into the first places, which may be their own. */
  #pack(items: (T | undefined)[], seqs: readonly number[]): void {
    const end = this.#end;
    let count = 0;
    for (let place = this.#first; place < end; place++) {
      const item = items[place];
      if (item === undefined) continue;
      const seq = seqs[place]!;
      items[place] = undefined;
      this.#items[count] = item;
      this.#seqs[count] = seq;
      this.#slots[this.#slotOf(seq)] = ++count;
    }
    this.#first = 0;
    this.#end = count;
  }
}

function empty<T>(places: number): (T | undefined)[] {
  return new Array<T | undefined>(places).fill(undefined);
}
