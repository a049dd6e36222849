import type { EvictionPolicy } from './eviction-policy.js';
import { SlotLists } from './slot-lists.js';

/** Evicts what was not used for the longest time. */
export class Lru implements EvictionPolicy {
  readonly #order: SlotLists;

  constructor(capacity: number) {
    this.#order = new SlotLists(1, capacity);
  }

  grow(capacity: number): void {
    this.#order.grow(capacity);
  }

  added(slot: number): void {
    this.#order.pushFront(0, slot);
  }

  read(slot: number): void {
    this.#order.move(0, slot);
  }

  written(slot: number): void {
    this.read(slot);
  }

  removed(slot: number): void {
    this.#order.remove(slot);
  }

  victim(): number {
    return this.#order.last(0);
  }
}
