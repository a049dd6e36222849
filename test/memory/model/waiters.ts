/** An entry of the list of waiters. */
export interface Waiter {
  readonly thread: number;
  readonly word: number;
  /** Of a `waitAsync`; {@link BLOCKING} for a thread that sleeps in `wait`. */
  readonly ticket: number;
  readonly notified: boolean;
}

/** The ticket of a thread that sleeps in `wait`. */
export const BLOCKING = -1;

/** The lists of waiters of all words, in the order in which they came. Never changed in place. */
export class Waiters {
  static readonly NONE = new Waiters([]);
  readonly #list: readonly Waiter[];

  constructor(list: readonly Waiter[]) {
    this.#list = list;
  }

  /** Equal for equal lists. */
  get key(): string {
    return this.#list.map((each) => Object.values(each).join('/')).join();
  }

  of(thread: number, ticket: number): Waiter | undefined {
    return this.#list.find((each) => each.thread === thread && each.ticket === ticket);
  }

  /** The smallest ticket that no waiter of the thread has. */
  freeTicket(thread: number): number {
    let ticket = 0;
    while (this.of(thread, ticket) !== undefined) ticket++;
    return ticket;
  }

  with(thread: number, word: number, ticket: number): Waiters {
    return new Waiters([...this.#list, { thread, word, ticket, notified: false }]);
  }

  /** Takes one waiter of a thread away, or all. */
  without(thread: number, ticket?: number): Waiters {
    const isGone = (each: Waiter): boolean =>
      each.thread === thread && (ticket === undefined || each.ticket === ticket);
    return new Waiters(this.#list.filter((each) => !isGone(each)));
  }

  /** Notifies up to `count` waiters of a word, those that came first. */
  notified(word: number, count: number): { waiters: Waiters; woken: number } {
    let woken = 0;
    const list = this.#list.map((each) => {
      if (each.word !== word || each.notified || woken >= count) return each;
      woken++;
      return { ...each, notified: true };
    });
    return { waiters: new Waiters(list), woken };
  }
}
