import type { RoomWaiter } from '../mailbox/mailbox.js';
import { CounterIndex } from '../memory/counters.js';
import type { ActorCell } from './actor-cell.js';
import { CellStatus } from './lifecycle.js';

/** A sender that waits until its message lies in the mailbox. */
export interface SendWaiter extends RoomWaiter<NonNullable<unknown>> {
  /** The actor ended first: the message is a dead letter. */
  onRefused(): void;
}

/** What became of a message whose sender waits. */
export type SendOffer = 'accepted' | 'waiting' | 'refused';

/**
 * Gives an actor a message for whose acceptance the sender waits.
 * @returns 'accepted', 'waiting' (the waiter is called when there is room) or 'refused' (a dead letter)
 */
export function offerSend(
  cell: ActorCell,
  item: NonNullable<unknown>,
  waiter: SendWaiter,
): SendOffer {
  const { capacity, overflow } = cell.recipe.mailbox;
  if (cell.status !== CellStatus.TERMINATED && overflow === 'wait') {
    if (cell.queuedCount >= capacity || cell.waitingCount > 0) {
      // Counted already while it waits: it is held for this actor.
      const { counters } = cell.host;
      counters[CounterIndex.enqueued] = counters[CounterIndex.enqueued]! + 1;
      cell.mailbox.wait(item, waiter);
      return 'waiting';
    }
  }
  return cell.accept(item, false) ? 'accepted' : 'refused';
}
