import { Mailbox, Offer } from './mailbox.js';
import type { MailboxOptions } from './mailbox-options.js';

const { ACCEPTED } = Offer;

/** The bit of {@link LazyMailbox.word} that says that there is a mailbox. */
export const BOXED_BIT = 1 << 6;

/** The same for V8, which looks up an exported constant at each use. */
const BOXED = BOXED_BIT;

/**
 * A mailbox as a part of its owner, who extends this: one word as long as never more than one item waited. The
 * rest is made with the second item and kept.
 */
export abstract class LazyMailbox<T extends NonNullable<unknown>> {
  /** The only item as long as there is no mailbox, then that; no item is a mailbox. */
  declare private mail: T | Mailbox<T> | undefined;
  /** {@link BOXED_BIT}, and what the owner keeps in the other bits. Asking `mail` itself is a walk up its prototypes. */
  declare word: number;

  // No `#mail`, and a constructor written out: else V8 takes it into that of no heir, and calls it for each cell.
  constructor(word = 0) {
    this.mail = undefined;
    this.word = word;
  }

  /** One object shared by all mailboxes of a kind. */
  abstract readonly mailboxOptions: MailboxOptions<T>;

  /** The mailbox itself, made now if need be: for all that is seldom done. */
  get mailbox(): Mailbox<T> {
    const mail = this.mail;
    if ((this.word & BOXED) !== 0) return mail as Mailbox<T>;
    const mailbox = new Mailbox(this.mailboxOptions);
    if (mail !== undefined) mailbox.offer(mail as T);
    this.mail = mailbox;
    this.word |= BOXED;
    return mailbox;
  }

  /** Items that wait, without those of waiting senders. */
  get queuedCount(): number {
    const mail = this.mail;
    if (mail === undefined) return 0;
    return (this.word & BOXED) !== 0 ? (mail as Mailbox<T>).length : 1;
  }

  /** False when items wait; may also be false of an empty mailbox. */
  get isDrained(): boolean {
    return this.mail === undefined;
  }

  /** Senders that wait for room. */
  get waitingCount(): number {
    return (this.word & BOXED) !== 0 ? (this.mail as Mailbox<T>).waitingCount : 0;
  }

  /** See {@link Mailbox.offer}. */
  offer(item: T): Offer {
    const mail = this.mail;
    if (mail === undefined && this.mailboxOptions.priority === undefined) {
      this.mail = item;
      return ACCEPTED;
    }
    return (this.word & BOXED) !== 0 ? (mail as Mailbox<T>).offer(item) : this.mailbox.offer(item);
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
    if ((this.word & BOXED) !== 0) return takeFrom(mail as Mailbox<T>);
    this.mail = undefined;
    return mail as T;
  }

  /** The options are others now: what waits moves over, in order. */
  optionsChanged(): void {
    if ((this.word & BOXED) === 0) return;
    const former = this.mail as Mailbox<T>;
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

function takeFrom<T extends NonNullable<unknown>>(mailbox: Mailbox<T>): T | undefined {
  const item = mailbox.shift();
  if (item !== undefined && mailbox.waitingCount > 0) mailbox.admit();
  return item;
}
