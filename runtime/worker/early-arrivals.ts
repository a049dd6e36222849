import { type Address, addressKey } from '../ref/address.js';
import type { ActorThread } from './actor-thread.js';

/**
 * What arrives before its actor. A reference can be faster than the `spawn` it came from: the creator
 * passed it to a third thread, which writes here while the `spawn` still lies in the creator's ring, or waits
 * for room in it. Such arrivals are kept, in their order, until the creator's signals have been read.
 */
export class EarlyArrivals {
  readonly #thread: ActorThread;
  /** By the creator's thread. */
  readonly #held = new Map<number, (() => void)[]>();
  /** Whose arrivals are kept, by the key of the actor. */
  readonly #awaited = new Set<string>();
  /** True while something is kept: what comes after it for the same actor must not overtake it. */
  hasHeld = false;

  constructor(thread: ActorThread) {
    this.#thread = thread;
  }

  /** Arrivals that wait. */
  get size(): number {
    let size = 0;
    for (const held of this.#held.values()) size += held.length;
    return size;
  }

  /** True when something is kept for that actor, which may have come since. */
  isHeldFor(to: Address): boolean {
    return this.#awaited.has(addressKey(to));
  }

  /** Keeps something for an actor that is still to come, or behind what is kept. @returns false when neither */
  holds(to: Address, retry: () => void): boolean {
    if (!this.#thread.cells.isToCome(to) && !(this.hasHeld && this.isHeldFor(to))) return false;
    const member = this.#memberOf(to.creator);
    if (member < 0) return false;
    const held = this.#held.get(member);
    if (held === undefined) this.#held.set(member, [retry]);
    else held.push(retry);
    this.#awaited.add(addressKey(to));
    this.hasHeld = true;
    return true;
  }

  /** The other thread of that serial; -1 when it is dead or this one, whose actors are made at once. */
  #memberOf(serial: number): number {
    const { control, thread } = this.#thread;
    for (let member = 0; member < control.members; member++) {
      if (member !== thread && this.#thread.serialOf(member) === serial) return member;
    }
    return -1;
  }

  /** Tries everything again: signals have been read, or a creator died. Called in each turn. */
  retry(): void {
    if (this.#held.size === 0) return;
    const all = [...this.#held.values()];
    this.#held.clear();
    this.#awaited.clear();
    this.hasHeld = false;
    for (const held of all) for (const again of held) again();
  }
}
