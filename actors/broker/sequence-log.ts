/** Slots of a chunk, a power of two. */
const CHUNK_SLOTS = 256;
const SLOT_MASK = CHUNK_SLOTS - 1;

/** What a log holds: something with a sequence number of its own. */
export interface Sequenced {
  readonly seq: number;
}

class Chunk<T> {
  /** The number of its first slot. */
  readonly from: number;
  readonly slots: (T | undefined)[];
  count: number;

  constructor(from: number, slots: (T | undefined)[]) {
    this.from = from;
    this.slots = slots;
    this.count = 0;
  }
}

/** Stands for no chunk: no number is in it. */
const NOWHERE = -CHUNK_SLOTS;

/**
 * Items by ascending sequence number, with holes. Chunks of 256 slots exist as long as something lies in
 * them, and the last one, so each operation costs the same however much is stored, and what is removed gives its memory back.
 */
export class SequenceLog<T extends Sequenced> {
  /** By their first numbers. */
  readonly #chunks = new Map<number, Chunk<T>>();
  readonly #none = new Chunk<T>(NOWHERE, []);
  /** The chunk that was looked into last, because neighbours follow each other. */
  #near = this.#none;
  /** The chunk that was added to last. It stays when it is empty, for what comes next. */
  #tail = this.#none;
  #size = 0;
  /** No item lies before this. */
  #first = 1;
  /** No item lies behind this. */
  #last = 0;

  /** Items in the log. */
  get size(): number {
    return this.#size;
  }

  /** Puts an item at its number, which is free and higher than all before it unless they left a hole. */
  set(item: T): void {
    const { seq } = item;
    let chunk = this.#tail;
    let slot = seq - chunk.from;
    if (slot < 0 || slot >= CHUNK_SLOTS) {
      slot = seq & SLOT_MASK;
      chunk = this.#chunkFor(seq - slot);
      const before = this.#tail;
      this.#tail = chunk;
      if (before.count === 0) this.#drop(before);
    }
    chunk.slots[slot] = item;
    chunk.count++;
    if (this.#size++ === 0 || seq < this.#first) this.#first = seq;
    if (seq > this.#last) this.#last = seq;
  }

  /** The item of that number. */
  get(seq: number): T | undefined {
    const near = this.#near;
    const slot = seq - near.from;
    if (slot >= 0 && slot < CHUNK_SLOTS) return near.slots[slot];
    return this.#chunkAt(seq - (seq & SLOT_MASK))?.slots[seq & SLOT_MASK];
  }

  /** Takes the item of that number out. False when there is none. */
  delete(seq: number): boolean {
    let chunk = this.#near;
    let slot = seq - chunk.from;
    if (slot < 0 || slot >= CHUNK_SLOTS) {
      slot = seq & SLOT_MASK;
      const found = this.#chunkAt(seq - slot);
      if (found === undefined) return false;
      chunk = found;
    }
    if (chunk.slots[slot] === undefined) return false;
    chunk.slots[slot] = undefined;
    this.#size--;
    if (--chunk.count === 0 && chunk !== this.#tail) this.#drop(chunk);
    return true;
  }

  /** The lowest item; its search goes on where the last one ended, so it is O(1) amortised. */
  first(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.next(this.#first);
    if (item !== undefined) this.#first = item.seq;
    return item;
  }

  /** The lowest item from that number on. Empty chunks are passed over as a whole. */
  next(from: number): T | undefined {
    let seq = from < this.#first ? this.#first : from;
    while (seq <= this.#last && this.#size > 0) {
      let slot = seq & SLOT_MASK;
      const from = seq - slot;
      const chunk = this.#chunkAt(from);
      for (; chunk !== undefined && slot < CHUNK_SLOTS; slot++) {
        const item = chunk.slots[slot];
        if (item !== undefined) return item;
      }
      seq = from + CHUNK_SLOTS;
    }
    return undefined;
  }

  /** All items in order. */
  *values(): IterableIterator<T> {
    for (let at = this.first(); at !== undefined; at = this.next(at.seq + 1)) yield at;
  }

  #chunkAt(from: number): Chunk<T> | undefined {
    if (from === this.#near.from) return this.#near;
    const chunk = this.#chunks.get(from);
    if (chunk !== undefined) this.#near = chunk;
    return chunk;
  }

  #chunkFor(from: number): Chunk<T> {
    const known = this.#chunks.get(from);
    if (known !== undefined) return known;
    const chunk = new Chunk<T>(from, new Array(CHUNK_SLOTS).fill(undefined));
    this.#chunks.set(from, chunk);
    return chunk;
  }

  /** Forgets a chunk without items. */
  #drop(chunk: Chunk<T>): void {
    this.#chunks.delete(chunk.from);
    if (this.#near === chunk) this.#near = this.#none;
  }
}
