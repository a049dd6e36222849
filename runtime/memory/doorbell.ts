/**
 * Parking a thread and waking it, on one Int32 word in shared memory.
 *
 * | word | meaning | set by |
 * |---|---|---|
 * | AWAKE (0) | the thread runs, or was just woken | the ringer, or the thread itself |
 * | PARKED (1) | the thread sleeps or is about to | the thread itself |
 *
 * **No wake-up is lost.** The thread stores PARKED, then looks at all its rings once more, and only
 * then sleeps. A sender stores the tail of its ring, then loads this word. All four are sequentially
 * consistent Atomics, so they stand in one total order: either the sender's store of the tail comes
 * before the thread's second look, which then finds the record; or the thread's store of PARKED comes
 * before the sender's load, which then rings. The bell itself is a compare-and-exchange, so that of
 * many senders one makes the system call; and `Atomics.wait` on a word that is no longer PARKED
 * returns at once, so a bell between the second look and the sleep is not lost either.
 * `test/memory/model` runs this code, the rings and `ThreadLoop` through every order of their atomic steps.
 */
export const DoorbellState = { AWAKE: 0, PARKED: 1 } as const;

const { PARKED } = DoorbellState;

/** @thread owner for `announce`, `retract`, `parked`; any thread for `ring` */
export class Doorbell {
  readonly #words: Int32Array;
  readonly #index: number;

  constructor(words: Int32Array, index: number) {
    this.#words = words;
    this.#index = index;
  }

  /** Says that the owner is about to sleep. It must look at its rings once more after this. */
  announce(): void {
    Atomics.store(this.#words, this.#index, DoorbellState.PARKED);
  }

  /** Takes the announcement back: the second look found something, or the sleep is over. */
  retract(): void {
    Atomics.store(this.#words, this.#index, DoorbellState.AWAKE);
  }

  /** True until somebody rings or the owner retracts. */
  get parked(): boolean {
    return Atomics.load(this.#words, this.#index) === DoorbellState.PARKED;
  }

  /** The same by a plain load, where a wrong answer only costs time. */
  get seemsParked(): boolean {
    return this.#words[this.#index] === PARKED;
  }

  /**
   * Wakes the owner if it is parked. Call it after publishing.
   * @returns true when this call woke it
   */
  ring(): boolean {
    if (Atomics.load(this.#words, this.#index) !== DoorbellState.PARKED) return false;
    const before = Atomics.compareExchange(
      this.#words,
      this.#index,
      DoorbellState.PARKED,
      DoorbellState.AWAKE,
    );
    if (before !== DoorbellState.PARKED) return false;
    Atomics.notify(this.#words, this.#index);
    return true;
  }

  /**
   * Sleeps without blocking the event loop: resolves when rung or after `timeoutMs`.
   * @returns undefined when the bell has been rung already
   */
  wait(timeoutMs: number): Promise<unknown> | undefined {
    const waiting = Atomics.waitAsync(this.#words, this.#index, DoorbellState.PARKED, timeoutMs);
    return waiting.async ? waiting.value : undefined;
  }

  /** Sleeps and blocks the thread: no I/O, no timer, no promise runs meanwhile. */
  waitBlocking(timeoutMs: number): void {
    Atomics.wait(this.#words, this.#index, DoorbellState.PARKED, timeoutMs);
  }
}
