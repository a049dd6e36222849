/** Up to this many objects a scan beats a Map. */
const SCAN_COUNT = 12;
/** A list that grew beyond this is not kept for the next message. */
const KEEP_COUNT = 1024;

/**
 * The objects of the message at hand, numbered in the order they are met; it gives shared references
 * and cycles their identity. Allocates nothing for a message with few objects.
 */
export class ObjectTable {
  #list: unknown[] = [];
  #index: Map<unknown, number> | null = null;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The number of `object`, or -1. */
  find(object: object): number {
    if (this.#index !== null) return this.#index.get(object) ?? -1;
    const list = this.#list;
    for (let i = 0; i < this.#count; i++) if (list[i] === object) return i;
    return -1;
  }

  /** Gives `object` the next number. */
  add(object: object): void {
    const at = this.#count++;
    if (at < this.#list.length) this.#list[at] = object;
    else this.#list.push(object);
    if (this.#index !== null) this.#index.set(object, at);
    else if (at >= SCAN_COUNT) this.#index = new Map(this.#list.map((each, i) => [each, i]));
  }

  /** Forgets the objects from number `count` on. */
  truncate(count: number): void {
    const list = this.#list;
    for (let i = count; i < this.#count; i++) {
      this.#index?.delete(list[i]);
      list[i] = null;
    }
    this.#count = count;
  }

  /** Forgets all, so that no message is held by it. */
  clear(): void {
    if (this.#count > KEEP_COUNT) this.#list = [];
    else for (let i = 0; i < this.#count; i++) this.#list[i] = null;
    this.#index = null;
    this.#count = 0;
  }
}
