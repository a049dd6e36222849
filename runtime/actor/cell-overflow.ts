import { Offer } from '../mailbox/mailbox.js';
import type { ActorCell } from './actor-cell.js';
import { mailboxFull } from './cell-errors.js';
import { countTaken } from './cell-run.js';

/**
 * What becomes of an item for which a mailbox had no room: see the policies of `mailbox/mailbox.ts`.
 * @param throwing whether policy `fail` throws; only the sender's own call can
 * @returns false when the item became a dead letter
 * @throws {TroupeError} ERR_MAILBOX_FULL
 */
export function overflowed(
  cell: ActorCell,
  item: NonNullable<unknown>,
  offer: Offer,
  throwing: boolean,
): boolean {
  if (offer === Offer.EVICTED) {
    cell.accepted();
    cell.host.deadLetter(cell.mailbox.takeEvicted(), cell.ref, 'evicted', 'mailbox');
    countTaken(cell);
    return true;
  }
  cell.host.deadLetter(item, cell.ref, 'mailbox-full', 'sender');
  countTaken(cell);
  if (throwing && cell.recipe.mailbox.overflow === 'fail') throw mailboxFull(cell);
  return false;
}
