import { InvariantError } from '../base/assert.js';
import { CircularQueue } from './circular-queue.js';
import type { MailboxOptions } from './mailbox-options.js';
import { PriorityQueue } from './priority-queue.js';

/** What became of an item offered to a mailbox. */
export const Offer = {
  /** It stands in the mailbox. */
  ACCEPTED: 0,
  /** It was not taken and is still the caller's, who acts by the overflow policy. */
  FULL: 1,
  /** It stands in the mailbox, and an older item had to go: see {@link Mailbox.takeEvicted}. */
  EVICTED: 2,
} as const;

/** One of the results in {@link Offer}. */
export type Offer = (typeof Offer)[keyof typeof Offer];

const { ACCEPTED, FULL, EVICTED } = Offer;

/** A sender that waits for room. One object stands for one wait. */
export interface RoomWaiter<T> {
  /** The item stands in the mailbox now. Must not throw; called from {@link Mailbox.admit}. */
  onAdmitted(item: T): void;
}

/** An item outside the mailbox and the sender that waits with it. */
interface Waiting<T> {
  readonly item: T;
  readonly waiter: RoomWaiter<T>;
}

/** What only a mailbox with priorities, waiting senders or evictions needs; most never have one. */
interface Aside<T extends NonNullable<unknown>> {
  readonly heap: PriorityQueue<T> | null;
  readonly waiting: CircularQueue<Waiting<T>>;
  evicted: T | undefined;
  /** Items at the front known to be undroppable, so that no eviction asks about them again. */
  undroppableCount: number;
}

/**
 * The user lane of one actor's mailbox: bounded, first in first out or by priority, with an
 * overflow policy. `lazy-mailbox.ts` spares it for actors of which never more than one item waited.
 *
 * What {@link offer} answers, by state and policy:
 *
 * | state                      | reject, fail, wait | drop-oldest                              |
 * | -------------------------- | ------------------ | ---------------------------------------- |
 * | senders wait for room      | FULL               | FULL: nobody overtakes a waiting sender  |
 * | fewer items than capacity  | ACCEPTED           | ACCEPTED                                 |
 * | otherwise                  | FULL               | EVICTED, or FULL if nothing may give way |
 *
 * Without priorities the oldest droppable item gives way. With priorities it is the least urgent
 * droppable one, the oldest among equals, but never one more urgent than a droppable newcomer: then
 * the newcomer is refused. That search costs O(capacity).
 *
 * Source: Akka, bounded and priority mailboxes.
 */
export class Mailbox<T extends NonNullable<unknown>> {
  readonly #options: MailboxOptions<T>;
  /** All items, unless there are priorities. */
  readonly #fifo: CircularQueue<T>;
  #aside: Aside<T> | null;

  /** @param options one object shared by all mailboxes of a kind */
  constructor(options: MailboxOptions<T>) {
    this.#options = options;
    this.#fifo = new CircularQueue();
    this.#aside = null;
  }

  /** Items in the mailbox, without those of waiting senders. */
  get length(): number {
    const aside = this.#aside;
    return aside !== null && aside.heap !== null ? aside.heap.length : this.#fifo.length;
  }

  /** Senders that wait for room. */
  get waitingCount(): number {
    return this.#aside === null ? 0 : this.#aside.waiting.length;
  }

  /** True while arrays for messages are kept. For tests and inspection of memory. */
  get hasStorage(): boolean {
    const aside = this.#aside;
    if (aside !== null && (aside.waiting.slotCount > 0 || aside.heap?.hasStorage)) return true;
    return this.#fifo.slotCount > 0;
  }

  /**
   * Adds an item, as far as there is room: see the table above.
   * @throws {InvariantError} when the item evicted by an earlier offer was not taken
   */
  offer(item: T): Offer {
    const options = this.#options;
    if (this.#aside === null && options.priority === undefined) {
      const fifo = this.#fifo;
      if (fifo.length < options.capacity) {
        fifo.push(item);
        return ACCEPTED;
      }
      if (options.overflow !== 'drop-oldest') return FULL;
    }
    return this.#offerAside(item);
  }

  /**
   * How many items {@link append} can add now, in which case `offer` would answer ACCEPTED for each. 0 also where
   * it has more to do than to add them.
   */
  get appendRoom(): number {
    const options = this.#options;
    if (this.#aside !== null || options.priority !== undefined) return 0;
    return Math.max(0, options.capacity - this.#fifo.length);
  }

  /** Adds one of the items for which {@link appendRoom} has found room. */
  append(item: T): void {
    this.#fifo.push(item);
  }

  /**
   * The item that the last offer with the answer EVICTED drove out; it is the caller's now.
   * @throws {InvariantError} when there is none
   */
  takeEvicted(): T {
    const aside = this.#aside;
    const evicted = aside?.evicted;
    if (!aside || evicted === undefined) throw new InvariantError('no item was evicted');
    aside.evicted = undefined;
    return evicted;
  }

  /**
   * Takes the next item, `undefined` when there is none. If {@link waitingCount} is not 0 the
   * caller follows up with {@link admit}.
   */
  shift(): T | undefined {
    const aside = this.#aside;
    return aside === null ? this.#fifo.shift() : this.#shiftAside(aside);
  }

  /**
   * Queues a sender for room, behind those who wait already. If there is room, it is admitted
   * before this returns. The number of waiting senders is not bounded: each is a call in progress.
   */
  wait(item: T, waiter: RoomWaiter<T>): void {
    this.#openAside().waiting.push({ item, waiter });
    this.admit();
  }

  /** Lets waiting senders in, first come first served, while there is room. Returns how many. */
  admit(): number {
    const aside = this.#aside;
    if (aside === null) return 0;
    let admittedCount = 0;
    while (this.length < this.#options.capacity) {
      const next = aside.waiting.shift();
      if (next === undefined) break;
      this.#append(next.item);
      admittedCount++;
      next.waiter.onAdmitted(next.item);
    }
    return admittedCount;
  }

  /**
   * A waiting sender gives up. Returns its item, which is the caller's again; `undefined` when the
   * sender does not wait here (any more). Costs O(place in the line).
   */
  withdraw(waiter: RoomWaiter<T>): T | undefined {
    const waiting = this.#aside?.waiting;
    if (waiting === undefined) return undefined;
    for (let i = 0; i < waiting.length; i++) {
      if (waiting.at(i)?.waiter === waiter) return waiting.removeAt(i).item;
    }
    return undefined;
  }

  /**
   * Puts items before all others, in their order: for the replay of a stash and for what a restart
   * left over. They were accepted once already, so the length may exceed the capacity. In a mailbox
   * with priorities they come before their equals.
   */
  prepend(items: readonly T[]): void {
    for (let i = items.length - 1; i >= 0; i--) {
      const item = items[i]!;
      if (this.#options.priority === undefined) this.#fifo.unshift(item);
      else this.#openAside().heap!.pushFirst(item, this.#rank(item));
    }
    if (this.#aside !== null) this.#aside.undroppableCount = 0;
  }

  /**
   * Takes everything there is now, items in order and then those of waiting senders with the
   * sender, and shows it to `visit`. What `visit` offers stays for later; if it throws, what was
   * not yet shown stays.
   */
  drain(visit: (item: T, waiter: RoomWaiter<T> | null) => void): void {
    const aside = this.#aside;
    if (aside !== null) aside.undroppableCount = 0;
    const waitingCount = this.waitingCount;
    const show = (item: T): void => visit(item, null);
    if (aside !== null && aside.heap !== null) aside.heap.drain(show);
    else this.#fifo.drain(show);
    for (let left = waitingCount; left > 0; left--) {
      const next = this.#aside?.waiting.shift();
      if (next === undefined) break;
      visit(next.item, next.waiter);
    }
    this.#closeAside();
  }

  #offerAside(item: T): Offer {
    const aside = this.#openAside();
    if (aside.waiting.length > 0) return FULL;
    if (this.length < this.#options.capacity) {
      this.#append(item);
      return ACCEPTED;
    }
    if (this.#options.overflow !== 'drop-oldest') return FULL;
    if (aside.evicted !== undefined) throw new InvariantError('an evicted item was not taken');
    aside.evicted = aside.heap === null ? this.#evictOldest(aside) : this.#evictLast(aside, item);
    if (aside.evicted === undefined) return FULL;
    this.#append(item);
    return EVICTED;
  }

  #evictOldest(aside: Aside<T>): T | undefined {
    const fifo = this.#fifo;
    let index = aside.undroppableCount;
    while (index < fifo.length && !this.#options.droppable(fifo.at(index)!)) index++;
    aside.undroppableCount = index;
    return index < fifo.length ? fifo.removeAt(index) : undefined;
  }

  #evictLast(aside: Aside<T>, newcomer: T): T | undefined {
    const { droppable } = this.#options;
    const floor = droppable(newcomer) ? this.#rank(newcomer) : Number.NEGATIVE_INFINITY;
    return aside.heap?.removeLast(floor, droppable);
  }

  #append(item: T): void {
    if (this.#options.priority === undefined) this.#fifo.push(item);
    else this.#openAside().heap!.push(item, this.#rank(item));
  }

  #shiftAside(aside: Aside<T>): T | undefined {
    if (aside.heap !== null) return aside.heap.shift();
    const item = this.#fifo.shift();
    if (aside.undroppableCount > 0) aside.undroppableCount--;
    if (this.length === 0) this.#closeAside();
    return item;
  }

  /** The priority of an item; what is no priority at all comes last, and is reported. */
  #rank(item: T): number {
    const { priority, messageOf, onUnranked } = this.#options;
    try {
      const rank = priority?.(messageOf(item));
      if (typeof rank === 'number' && !Number.isNaN(rank)) return rank;
      onUnranked?.(item, rank);
    } catch (thrown) {
      onUnranked?.(item, thrown);
    }
    return Number.POSITIVE_INFINITY;
  }

  #openAside(): Aside<T> {
    this.#aside ??= {
      heap: this.#options.priority === undefined ? null : new PriorityQueue(),
      waiting: new CircularQueue(),
      evicted: undefined,
      undroppableCount: 0,
    };
    return this.#aside;
  }

  /** Given up, unless somebody waits or the heap is the place of the items. */
  #closeAside(): void {
    const aside = this.#aside;
    if (aside === null || aside.heap !== null) return;
    if (aside.waiting.length === 0 && aside.evicted === undefined) this.#aside = null;
  }
}
