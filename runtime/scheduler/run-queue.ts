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

/**
 * The run queue of one thread: actors ready for a turn, first come first served. An actor that is
 * still ready after its turn goes to the back, which makes the scheduling fair. Whoever pushes sees
 * to it that an actor stands here at most once.
 */
export class RunQueue<T extends Runnable> {
  readonly #ready: CircularQueue<T>;

  constructor() {
    // Held, not inherited from: a subclass would make all circular queues polymorphic.
    this.#ready = new CircularQueue();
  }

  /** Actors that wait for a turn. */
  get length(): number {
    return this.#ready.length;
  }

  /** Slots of the present storage: 0 or a power of two. For tests and inspection of memory. */
  get slotCount(): number {
    return this.#ready.slotCount;
  }

  /** Puts an actor at the back. */
  push(runnable: T): void {
    this.#ready.push(runnable);
  }

  /** Takes the actor whose turn is next, `undefined` when none is ready. */
  shift(): T | undefined {
    return this.#ready.shift();
  }
}
