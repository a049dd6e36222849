import { grown } from './slot-lists.js';

/** Slots in one bucket that chance does not explain: by Poisson one bucket in 10^25 has more. */
const MAX_CHAIN = 24;
const LEAST_BUCKETS = 16;

/**
 * Which slot has a key: chains of slots in typed arrays, a bucket a slot. Its caller has hashed the key, since others need
 * the hash too, and nothing is allocated for an entry.
 *
 * The hash is the same in every process, so a stranger can choose keys that collide. When a bucket holds more than
 * chance explains, the index goes over to a `Map`, whose hash is secret, and stays there.
 */
export class KeyIndex {
  readonly #keys: readonly string[];
  /** The first slot of each bucket, or -1. A power of two of them. */
  #heads: Int32Array;
  /** Of each slot its hash, then the next slot of its bucket, or -1. */
  #links: Int32Array;
  #size: number;
  #map: Map<string, number> | null;

  /** @param keys of the slots; that of a slot stands there from before it is added until it is removed */
  constructor(keys: readonly string[], capacity: number) {
    this.#keys = keys;
    this.#heads = emptyBuckets(capacity);
    this.#links = new Int32Array(2 * capacity);
    this.#size = 0;
    this.#map = null;
  }

  get size(): number {
    return this.#size;
  }

  /** False once keys were found to collide. */
  get isChained(): boolean {
    return this.#map === null;
  }

  /** The slot of a key, or -1. @param hash 32 bits of the key */
  find(key: string, hash: number): number {
    if (this.#map !== null) return this.#map.get(key) ?? -1;
    const keys = this.#keys;
    const heads = this.#heads;
    const links = this.#links;
    const sought = hash | 0;
    let slot = heads[sought & (heads.length - 1)]!;
    while (slot >= 0 && (links[2 * slot] !== sought || keys[slot] !== key)) {
      slot = links[2 * slot + 1]!;
    }
    return slot;
  }

  /** Adds a slot whose key is not there. @param hash 32 bits of its key */
  add(slot: number, hash: number): void {
    this.#size++;
    if (this.#map !== null) this.#map.set(this.#keys[slot]!, slot);
    else if (this.#link(slot, hash | 0) > MAX_CHAIN) this.#map = this.#toMap();
  }

  remove(slot: number): void {
    this.#size--;
    if (this.#map !== null) {
      this.#map.delete(this.#keys[slot]!);
      return;
    }
    const heads = this.#heads;
    const links = this.#links;
    const bucket = links[2 * slot]! & (heads.length - 1);
    const after = links[2 * slot + 1]!;
    let before = heads[bucket]!;
    if (before === slot) {
      heads[bucket] = after;
      return;
    }
    while (links[2 * before + 1] !== slot) before = links[2 * before + 1]!;
    links[2 * before + 1] = after;
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    const heads = this.#heads;
    const links = this.#links;
    this.#links = grown(links, 2 * capacity);
    if (this.#map !== null) return;
    this.#heads = emptyBuckets(capacity);
    for (let slot of heads) {
      for (; slot >= 0; slot = links[2 * slot + 1]!) this.#link(slot, links[2 * slot]!);
    }
  }

  /** All slots, as a list of its own. */
  slots(): number[] {
    if (this.#map !== null) return [...this.#map.values()];
    const slots: number[] = [];
    for (let slot of this.#heads) {
      for (; slot >= 0; slot = this.#links[2 * slot + 1]!) slots.push(slot);
    }
    return slots;
  }

  /** @returns how many the bucket holds now */
  #link(slot: number, hash: number): number {
    const heads = this.#heads;
    const links = this.#links;
    const bucket = hash & (heads.length - 1);
    let count = 1;
    for (let other = heads[bucket]!; other >= 0; other = links[2 * other + 1]!) count++;
    links[2 * slot] = hash;
    links[2 * slot + 1] = heads[bucket]!;
    heads[bucket] = slot;
    return count;
  }

  #toMap(): Map<string, number> {
    return new Map(this.slots().map((slot) => [this.#keys[slot]!, slot]));
  }
}

function emptyBuckets(capacity: number): Int32Array {
  let count = LEAST_BUCKETS;
  while (count < capacity) count *= 2;
  return new Int32Array(count).fill(-1);
}
