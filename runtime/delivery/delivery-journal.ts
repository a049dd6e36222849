import type { Message, Request } from '../ref/protocol.js';

/** A message that was taken from a sender and is not confirmed. */
export interface JournaledMessage {
  readonly sequence: number;
  readonly message: Message;
}

/** What a journal knows of a stream. */
export interface JournaledStream {
  /**
   * The name under which receivers know the stream. A journal that has forgotten gives another name, so that
   * new messages are not taken for old ones.
   */
  readonly stream: string;
  /** At least 1, and higher than that of every earlier `open`. */
  readonly session: number;
  /** All up to this number are confirmed. */
  readonly confirmedThrough: number;
  /** In the order of their numbers, all above `confirmedThrough`. */
  readonly unconfirmed: readonly JournaledMessage[];
}

/**
 * The port through which an outbox keeps its unconfirmed messages where the death of its thread does not
 * reach them: the protocol of an actor. `DeliveryLog` keeps them in the memory of another thread; an
 * actor of your own can keep them on disk.
 *
 * What it owes:
 * - `open` begins a session: from then on `append` of earlier sessions is refused. Rejected: the outbox cannot start.
 * - `append` is answered when the message is kept as safely as the journal promises. Only then is it sent.
 *   The appends of a session come in the order of their numbers. Rejected: the outbox fails and opens again.
 * - `confirm` lets go of all messages up to a number. It may get lost; the next one makes up for it.
 */
export type DeliveryJournalMessage =
  | Request<{ type: 'open'; id: string }, JournaledStream>
  | Request<
      { type: 'append'; id: string; session: number; sequence: number; message: Message },
      void
    >
  | { type: 'confirm'; id: string; session: number; through: number };
