import type { AnyRef } from '../ref/actor-ref.js';
import { assertOwn } from '../ref/foreign-ref.js';
import type { ActorCell } from './actor-cell.js';
import { contextOver } from './cell-errors.js';
import { Hand } from './hand.js';

/** The cell of a context, while its incarnation lives. @throws {TroupeError} ERR_CONTEXT */
export function live(cell: ActorCell | null): ActorCell {
  if (cell === null) {
    throw contextOver(
      'the incarnation of this context is over',
      'keep no context in timers of your own or after the actor has stopped; use ctx.startTimer',
    );
  }
  return cell;
}

/**
 * The cell of a context, for what it does to an actor of its own system.
 * @throws {TroupeError} ERR_CONTEXT, ERR_FOREIGN_REF
 */
export function ownerOf(cell: ActorCell | null, actor: AnyRef): ActorCell {
  const owner = live(cell);
  assertOwn(owner.ref, actor);
  return owner;
}

/** Takes over answering the message in hand. @throws {TroupeError} ERR_CONTEXT */
export function takeHand(cell: ActorCell, what: string): unknown {
  if (cell.hand === null) {
    throw contextOver(
      `ctx.${what}() with no message in hand`,
      'call it in a handler; in an interleaving actor before the first await',
    );
  }
  if (cell.taken !== Hand.FREE) {
    throw contextOver(`ctx.${what}() for a message already handed on`, 'hand a message on once');
  }
  cell.taken = what === 'requester' ? Hand.KEPT : Hand.PASSED;
  return cell.hand;
}
