import { Mailbox, Offer } from './mailbox.js';
import type { MailboxOptions } from './mailbox-options.js';

/**
 * A mailbox as a part of its owner, who extends this: two words as long as never more than one item waited. The
 * rest is made with the second item and kept.
 */
export abstract class LazyMailbox<T extends NonNullable<unknown>> {
  /** The only item, as long as there is no mailbox. */
  #only: T | undefined = undefined;
  #mailbox: Mailbox<T> | null = null;

  /** One object shared by all mailboxes of a kind. */
  abstract readonly mailboxOptions: MailboxOptions<T>;

  /** The mailbox itself, made now if need be: for all that is seldom done. */
  get mailbox(): Mailbox<T> {
    if (this.#mailbox === null) {
      this.#mailbox = new Mailbox(this.mailboxOptions);
      if (this.#only !== undefined) this.#mailbox.offer(this.#only);
      this.#only = undefined;
    }
    return this.#mailbox;
  }

  /** Items that wait, without those of waiting senders. */
  get queuedCount(): number {
    if (this.#mailbox !== null) return this.#mailbox.length;
    return this.#only === undefined ? 0 : 1;
  }

  /** Senders that wait for room. */
  get waitingCount(): number {
    return this.#mailbox === null ? 0 : this.#mailbox.waitingCount;
  }

  /** See {@link Mailbox.offer}. */
  offer(item: T): Offer {
    if (this.#mailbox !== null) return this.#mailbox.offer(item);
    if (this.#only === undefined && this.mailboxOptions.priority === undefined) {
      this.#only = item;
      return Offer.ACCEPTED;
    }
    return this.mailbox.offer(item);
  }

  /** Takes the next item, lets a waiting sender in for it; `undefined` when there is none. */
  take(): T | undefined {
    const mailbox = this.#mailbox;
    if (mailbox === null) {
      const only = this.#only;
      this.#only = undefined;
      return only;
    }
    const item = mailbox.shift();
    if (item !== undefined && mailbox.waitingCount > 0) mailbox.admit();
    return item;
  }

  /** The options are others now: what waits moves over, in order. */
  optionsChanged(): void {
    const former = this.#mailbox;
    if (former === null) return;
    const mailbox = new Mailbox(this.mailboxOptions);
    this.#mailbox = mailbox;
    const items: T[] = [];
    former.drain((item, waiter) => {
      if (waiter === null) items.push(item);
      else mailbox.wait(item, waiter);
    });
    mailbox.prepend(items);
  }

  /** See {@link Mailbox.drain}. */
  drainMailbox(visit: Parameters<Mailbox<T>['drain']>[0]): void {
    if (this.#mailbox !== null || this.#only !== undefined) this.mailbox.drain(visit);
  }
}
