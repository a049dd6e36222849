import type { RoomWaiter } from '../mailbox/mailbox.js';

/** A sender that waits until its message lies in the mailbox. */
export interface SendWaiter extends RoomWaiter<NonNullable<unknown>> {
  /** The actor ended first: the message is a dead letter. */
  onRefused(): void;
}

/** What became of a message whose sender waits. */
export type SendOffer = 'accepted' | 'waiting' | 'refused';
