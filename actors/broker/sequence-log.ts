/** Slots of a chunk, as a power of two. */
const CHUNK_BITS = 8;
const CHUNK_SLOTS = 1 << CHUNK_BITS;

/** What a log holds: something with a sequence number of its own. */
export interface Sequenced {
  readonly seq: number;
}

class Chunk<T> {
  readonly slots: (T | undefined)[] = new Array(CHUNK_SLOTS).fill(undefined);
  count = 0;
}

/**
 * Items by ascending sequence number, with holes. Chunks of 256 slots exist as long as something lies in
 * them, so each operation costs the same however much is stored, and what is removed gives its memory back.
 */
export class SequenceLog<T extends Sequenced> {
  readonly #chunks = new Map<number, Chunk<T>>();
  /** The chunk used last, because neighbours follow each other. */
  #nearIndex = -1;
  #near: Chunk<T> | null = null;
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
    const index = Math.floor(item.seq / CHUNK_SLOTS);
    let chunk = this.#chunkAt(index);
    if (chunk === null) {
      chunk = new Chunk();
      this.#chunks.set(index, chunk);
      this.#nearIndex = index;
      this.#near = chunk;
    }
    chunk.slots[item.seq & (CHUNK_SLOTS - 1)] = item;
    chunk.count++;
    if (this.#size++ === 0 || item.seq < this.#first) this.#first = item.seq;
    if (item.seq > this.#last) this.#last = item.seq;
  }

  /** The item of that number. */
  get(seq: number): T | undefined {
    const chunk = this.#chunkAt(Math.floor(seq / CHUNK_SLOTS));
    return chunk === null ? undefined : chunk.slots[seq & (CHUNK_SLOTS - 1)];
  }

  /** Takes the item of that number out. False when there is none. */
  delete(seq: number): boolean {
    const index = Math.floor(seq / CHUNK_SLOTS);
    const chunk = this.#chunkAt(index);
    const slot = seq & (CHUNK_SLOTS - 1);
    if (chunk === null || chunk.slots[slot] === undefined) return false;
    chunk.slots[slot] = undefined;
    this.#size--;
    if (--chunk.count === 0) {
      this.#chunks.delete(index);
      this.#nearIndex = -1;
      this.#near = null;
    }
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
      const index = Math.floor(seq / CHUNK_SLOTS);
      const chunk = this.#chunkAt(index);
      const end = (index + 1) * CHUNK_SLOTS;
      if (chunk === null) {
        seq = end;
        continue;
      }
      for (; seq < end; seq++) {
        const item = chunk.slots[seq & (CHUNK_SLOTS - 1)];
        if (item !== undefined) return item;
      }
    }
    return undefined;
  }

  /** All items in order. */
  *values(): IterableIterator<T> {
    for (let at = this.first(); at !== undefined; at = this.next(at.seq + 1)) yield at;
  }

  #chunkAt(index: number): Chunk<T> | null {
    if (index === this.#nearIndex) return this.#near;
    const chunk = this.#chunks.get(index);
    if (chunk === undefined) return null;
    this.#nearIndex = index;
    this.#near = chunk;
    return chunk;
  }
}
