import { Mailbox, Offer } from '../../runtime/mailbox/mailbox.js';
import {
  type MailboxOptions,
  type MailboxSettings,
  mailboxOptions,
  type OverflowPolicy,
} from '../../runtime/mailbox/mailbox-options.js';

/** An envelope of the tests. */
export interface Item {
  readonly id: number;
  readonly rank: number;
  readonly keep: boolean;
}

/** An item of the tests: `rank` is its message, `keep` makes it undroppable. */
export const item = (id: number, rank = 0, keep = false): Item => ({ id, rank, keep });
/** The priority function of the tests. */
export const byRank = (message: unknown): number => message as number;

const traits = {
  messageOf: (item: Item) => item.rank,
  droppable: (item: Item) => !item.keep,
  onUnranked: undefined,
};

/** Options for mailboxes of such items. */
export const optionsOf = (settings: MailboxSettings): MailboxOptions<Item> =>
  mailboxOptions(settings, traits, 'test');

/** A mailbox of such items. */
export function mailbox(settings: MailboxSettings): Mailbox<Item> {
  return new Mailbox(optionsOf(settings));
}

/** What a mailbox promises, on plain arrays: the reference of the property test. */
export class MailboxModel {
  items: Item[] = [];
  waiting: Item[] = [];
  readonly admitted: Item[] = [];
  readonly #capacity: number;
  readonly #overflow: OverflowPolicy;
  readonly #hasPriority: boolean;

  constructor(capacity: number, overflow: OverflowPolicy, hasPriority: boolean) {
    this.#capacity = capacity;
    this.#overflow = overflow;
    this.#hasPriority = hasPriority;
  }

  offer(item: Item): [Offer, Item | undefined] {
    if (this.waiting.length > 0) return [Offer.FULL, undefined];
    if (this.items.length < this.#capacity) {
      this.#insert(item);
      return [Offer.ACCEPTED, undefined];
    }
    const victim = this.#overflow === 'drop-oldest' ? this.#victim(item) : undefined;
    if (victim === undefined) return [Offer.FULL, undefined];
    this.items.splice(this.items.indexOf(victim), 1);
    this.#insert(item);
    return [Offer.EVICTED, victim];
  }

  shift(): Item | undefined {
    return this.items.shift();
  }

  wait(item: Item): void {
    this.waiting.push(item);
    this.admit();
  }

  admit(): number {
    const before = this.admitted.length;
    while (this.items.length < this.#capacity) {
      const next = this.waiting.shift();
      if (next === undefined) break;
      this.#insert(next);
      this.admitted.push(next);
    }
    return this.admitted.length - before;
  }

  withdraw(id: number): Item | undefined {
    const index = this.waiting.findIndex((item) => item.id === id);
    return index < 0 ? undefined : this.waiting.splice(index, 1)[0];
  }

  prepend(items: readonly Item[]): void {
    this.items.unshift(...items);
    this.#order();
  }

  drain(): Item[] {
    const all = [...this.items, ...this.waiting];
    this.items = [];
    this.waiting = [];
    return all;
  }

  #insert(item: Item): void {
    this.items.push(item);
    this.#order();
  }

  /** The sort is stable, so what stands before its equals stays there. */
  #order(): void {
    if (this.#hasPriority) this.items.sort((a, b) => a.rank - b.rank);
  }

  #victim(newcomer: Item): Item | undefined {
    const free = this.items.filter((item) => !item.keep);
    if (!this.#hasPriority) return free[0];
    const worst = free.at(-1)?.rank;
    if (worst === undefined || (!newcomer.keep && newcomer.rank > worst)) return undefined;
    return free.find((item) => item.rank === worst);
  }
}
