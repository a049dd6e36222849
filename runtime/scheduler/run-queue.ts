import { CircularQueue } from '../mailbox/circular-queue.js';

/** What one turn of an actor may use; it ends at whichever runs out first. */
export interface TurnBudget {
  /** Messages left to handle, a count that the actor lowers. */
  messages: number;
  /** Monotonic time, in milliseconds, after which no further message is begun. */
  deadlineMs: number;
}

/** Something that can be given a turn: an actor with messages. */
export interface Runnable {
  /** Handles messages until there are none, the budget is used up, or a handler holds the turn. */
  run(budget: TurnBudget): void;
}

/** So many young actors in a row, then one of those that wait. */
export const MAX_YOUNG_STREAK = 4;

/**
 * The run queue of one thread: actors ready for a turn, first come first served. An actor that is
 * still ready after its turn goes to the back, which makes the scheduling fair. Whoever pushes sees
 * to it that an actor stands here at most once.
 *
 * Actors that another one has just spawned go before those that wait, siblings in their order: a tree is grown
 * depth first, and as few actors as possible wait for their beginning, which otherwise would fill the memory. One
 * that waits has its turn after {@link MAX_YOUNG_STREAK} of them at the latest. As the LIFO slot of tokio and
 * `runnext` of Go's scheduler, which also limit it.
 */
export class RunQueue<T extends Runnable> {
  /** Who is first of those that wait: where one wakes the next, the queue is never touched. */
  #first: T | undefined = undefined;
  /** Those behind it. Held, not inherited from: a subclass would make all circular queues polymorphic. */
  readonly #ready = new CircularQueue<T>();
  /** A stack: who is to begin next stands last. */
  readonly #young: T[] = [];
  /** So many at the bottom of the stack stand in order; those above stand as they were spawned in the last turn. */
  #orderedCount = 0;
  #streak = 0;

  /** Actors that wait for a turn. */
  get length(): number {
    return (this.#first === undefined ? 0 : 1) + this.#ready.length + this.#young.length;
  }

  /** Slots of the present storage of those that wait: 0 or a power of two. For tests and inspection of memory. */
  get slotCount(): number {
    return this.#ready.slotCount;
  }

  /** Puts an actor at the back. */
  push(runnable: T): void {
    if (this.#first === undefined) this.#first = runnable;
    else this.#ready.push(runnable);
  }

  /** Puts an actor that the one whose turn it is has spawned before those that wait. */
  pushYoung(runnable: T): void {
    this.#young.push(runnable);
  }

  /** Takes the actor whose turn is next, `undefined` when none is ready. */
  shift(): T | undefined {
    const first = this.#first;
    if (this.#young.length > 0 && (this.#streak < MAX_YOUNG_STREAK || first === undefined)) {
      this.#streak++;
      return this.#shiftYoung();
    }
    this.#streak = 0;
    this.#first = this.#ready.shift();
    return first;
  }

  #shiftYoung(): T | undefined {
    const young = this.#young;
    for (let low = this.#orderedCount, high = young.length - 1; low < high; low++, high--) {
      const runnable = young[low]!;
      young[low] = young[high]!;
      young[high] = runnable;
    }
    this.#orderedCount = young.length - 1;
    return young.pop();
  }
}
