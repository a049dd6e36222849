import { Mailbox, Offer } from './mailbox.js';
import type { MailboxOptions } from './mailbox-options.js';

const { ACCEPTED } = Offer;

/**
 * A mailbox as a part of its owner, who extends this: one word as long as never more than one item waited. The
 * rest is made with the second item and kept.
 */
export abstract class LazyMailbox<T extends NonNullable<unknown>> {
  /** The only item as long as there is no mailbox, then that; no item is a mailbox. */
  declare private mail: T | Mailbox<T> | undefined;

  // No `#mail`, and a constructor written out: else V8 takes it into that of no heir, and calls it for each cell.
  constructor() {
    this.mail = undefined;
  }

  /** One object shared by all mailboxes of a kind. */
  abstract readonly mailboxOptions: MailboxOptions<T>;

  /** The mailbox itself, made now if need be: for all that is seldom done. */
  get mailbox(): Mailbox<T> {
    const mail = this.mail;
    if (mail instanceof Mailbox) return mail;
    const mailbox = new Mailbox(this.mailboxOptions);
    if (mail !== undefined) mailbox.offer(mail);
    this.mail = mailbox;
    return mailbox;
  }

  /** Items that wait, without those of waiting senders. */
  get queuedCount(): number {
    const mail = this.mail;
    if (mail === undefined) return 0;
    return mail instanceof Mailbox ? mail.length : 1;
  }

  /** Senders that wait for room. */
  get waitingCount(): number {
    const mail = this.mail;
    return mail instanceof Mailbox ? mail.waitingCount : 0;
  }

  /** See {@link Mailbox.offer}. */
  offer(item: T): Offer {
    const mail = this.mail;
    if (mail === undefined && this.mailboxOptions.priority === undefined) {
      this.mail = item;
      return ACCEPTED;
    }
    return mail instanceof Mailbox ? mail.offer(item) : this.mailbox.offer(item);
  }

  /** See {@link Mailbox.appendRoom}. */
  get appendRoom(): number {
    const mail = this.mail;
    return mail instanceof Mailbox ? mail.appendRoom : 0;
  }

  /** See {@link Mailbox.append}. */
  append(item: T): void {
    (this.mail as Mailbox<T>).append(item);
  }

  /** Takes the next item, lets a waiting sender in for it; `undefined` when there is none. */
  take(): T | undefined {
    const mail = this.mail;
    if (mail === undefined) return undefined;
    if (mail instanceof Mailbox) {
      const item = mail.shift();
      if (item !== undefined && mail.waitingCount > 0) mail.admit();
      return item;
    }
    this.mail = undefined;
    return mail;
  }

  /** The options are others now: what waits moves over, in order. */
  optionsChanged(): void {
    const former = this.mail;
    if (!(former instanceof Mailbox)) return;
    const mailbox = new Mailbox(this.mailboxOptions);
    this.mail = mailbox;
    const items: T[] = [];
    former.drain((item, waiter) => {
      if (waiter === null) items.push(item);
      else mailbox.wait(item, waiter);
    });
    mailbox.prepend(items);
  }

  /** See {@link Mailbox.drain}. */
  drainMailbox(visit: Parameters<Mailbox<T>['drain']>[0]): void {
    if (this.mail !== undefined) this.mailbox.drain(visit);
  }
}
