import type { Address } from '../ref/address.js';

/** Generations count from 1 to here, then again from 1. */
const MAX_GENERATION = 0x7fffffff;

/** The slots that this thread gives out on one thread. */
class Slots {
  /** Generation of each slot's present use; 0 for none. */
  readonly generations: number[] = [];
  readonly free: number[] = [];
  /** The last generation given. */
  last = 0;
}

/** True when a generation was given after another one; right as long as they are within 2^30 of each other. */
export function isLater(generation: number, than: number): boolean {
  return (generation - than) << 1 > 0;
}

/**
 * Gives addresses to the actors that this thread spawns, here and on other threads, without asking
 * them: the addresses of a creator are its own. A slot is used again when its actor is gone.
 * Generations number all that was spawned on a thread, in order: so they tell not only one use of a slot
 * from the next, but also, on that thread, an actor that is gone from one that is still to come.
 *
 * @thread owner
 */
export class SlotAllocator {
  readonly #serial: number;
  readonly #byThread: (Slots | undefined)[] = [];

  /** @param serial of this thread */
  constructor(serial: number) {
    this.#serial = serial;
  }

  /** An address for a new actor on that thread. */
  allocate(thread: number): Address {
    const slots = this.#byThread[thread] ?? this.#open(thread);
    const slot = slots.free.pop() ?? slots.generations.length;
    const generation = slots.last === MAX_GENERATION ? 1 : slots.last + 1;
    slots.last = generation;
    slots.generations[slot] = generation;
    return { thread, creator: this.#serial, slot, generation };
  }

  #open(thread: number): Slots {
    const slots = new Slots();
    this.#byThread[thread] = slots;
    return slots;
  }

  /** The actor of that address is gone. Nothing happens when it was said before. */
  release(address: Address): void {
    const slots = this.#byThread[address.thread];
    if (slots?.generations[address.slot] !== address.generation) return;
    slots.generations[address.slot] = 0;
    slots.free.push(address.slot);
  }

  /** The last generation given on that thread; 0 for none. */
  lastOn(thread: number): number {
    return this.#byThread[thread]?.last ?? 0;
  }
}
