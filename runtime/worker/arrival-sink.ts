import type { Address } from '../ref/address.js';
import type { ReplyAddress } from '../ref/envelope.js';

/** What was read from a ring, decoded. */
export interface Arrival {
  readonly from: number;
  readonly envelopeClass: number;
  /** The actor, or for answers the row in the ask table: creator is then the serial of the thread. */
  readonly to: Address;
  readonly message: unknown;
  /** Where an ASK or SEND is answered. */
  readonly row: ReplyAddress | null;
}

/** An actor of this thread, as a reader of its messages sees it. */
export interface Recipient {
  /** A told message has arrived from another thread. */
  arrived(message: NonNullable<unknown>): void;
  /** How many can be given to `append` now, as long as nothing else happens on this thread; 0: use `arrived`. */
  readonly appendRoom: number;
  /** As `arrived`, but the message does not count before `appended`. */
  append(message: NonNullable<unknown>): void;
  /** So many have been given to `append`. */
  appended(count: number): void;
}

/** Who takes what arrives. */
export interface ArrivalSink {
  readonly thread: number;
  readonly serial: number;
  /** Joins the ports that this thread has been given and has not looked at: one of them may be needed now. */
  takePorts(): void;
  arrived(arrival: Arrival): void;
  /**
   * A message without attachments, taken apart so that nothing is allocated but what will lie in the mailbox.
   * @param row where it is answered if it was asked; null when it was told
   */
  told(
    from: number,
    creator: number,
    slot: number,
    generation: number,
    message: unknown,
    row: ReplyAddress | null,
  ): void;
  /**
   * The actor of that address, for told messages that are handed to it directly as long as nothing else happens on
   * this thread; null when they have to go through `told`.
   */
  recipient(from: number, creator: number, slot: number, generation: number): Recipient | null;
  /** The same of an answer, to a row of the thread of that serial. */
  answered(from: number, serial: number, slot: number, generation: number, value: unknown): void;
  /** A record could not be read. `to` is undefined when not even its header could. */
  unreadable(
    from: number,
    to: Address | undefined,
    row: ReplyAddress | null,
    isMessage: boolean,
    reason: 'damaged' | 'attachment-lost' | 'thread-died',
    error: unknown,
  ): void;
}
