import type { ActorCell } from '../actor/actor-cell.js';
import { offerSend, type SendWaiter } from '../actor/send-waiter.js';
import { type ReplyAddress, typeOfMessage } from '../ref/envelope.js';
import { errorFor } from './dead-letter-office.js';

/** How a sender that waits hears what became of its message. */
export interface SendDeskPort {
  readonly thread: number;
  accepted(row: ReplyAddress): void;
  refused(row: ReplyAddress, error: Error): void;
  /** A turn has to be made. */
  wake(): void;
}

/**
 * Delivers messages whose senders wait until they lie in the mailbox.
 *
 * A sender of this thread hears of it in the next turn: so its await gives the receiver a turn, and a loop
 * of sends cannot fill the mailbox before it is looked at.
 */
export class SendDesk {
  readonly #port: SendDeskPort;
  /** Senders of this thread whose messages were accepted in this turn. */
  #accepted: ReplyAddress[] = [];

  constructor(port: SendDeskPort) {
    this.#port = port;
  }

  /** @returns false when the message was refused */
  deliver(cell: ActorCell, message: NonNullable<unknown>, row: ReplyAddress): boolean {
    const waiter: SendWaiter = {
      onAdmitted: () => {
        cell.admitted();
        this.#port.accepted(row);
      },
      onRefused: () => this.#refuse(row, cell, message, 'stopped'),
    };
    const offer = offerSend(cell, message, waiter);
    if (offer === 'accepted') this.#accept(row);
    else if (offer === 'refused') this.#refuse(row, cell, message, 'mailbox-full');
    return offer !== 'refused';
  }

  #accept(row: ReplyAddress): void {
    if (row.thread !== this.#port.thread) {
      this.#port.accepted(row);
      return;
    }
    this.#accepted.push(row);
    this.#port.wake();
  }

  #refuse(
    row: ReplyAddress,
    cell: ActorCell,
    message: unknown,
    reason: 'stopped' | 'mailbox-full',
  ): void {
    const error = errorFor(reason, cell.ref.toString(), typeOfMessage(message));
    this.#port.refused(row, error);
  }

  /** Tells senders of this thread whose messages were accepted. Called at the start of a turn. */
  settle(): void {
    if (this.#accepted.length === 0) return;
    const accepted = this.#accepted;
    this.#accepted = [];
    for (const row of accepted) this.#port.accepted(row);
  }

  /** True when a turn has to be made for `settle`. */
  get hasAccepted(): boolean {
    return this.#accepted.length > 0;
  }
}
