import type { AnyRef } from '../ref/actor-ref.js';
import type { ActorCell } from './actor-cell.js';
import { contextOver, describe } from './cell-errors.js';
import type { Notice } from './cell-extras.js';

/** This incarnation wants to hear of an actor's end: by its hook, or by a message of its own. */
export function watch(cell: ActorCell, actor: AnyRef, message: unknown): void {
  if (message === undefined && !hasHook(cell)) {
    throw contextOver(
      `${describe(cell)} watches but has no hook for the news`,
      "define `terminated`, or give ctx.watch a message: ctx.watch(ref, { type: 'gone' })",
    );
  }
  const { watching } = cell.openExtras().openWatches();
  const known = watching.has(actor.id);
  watching.set(actor.id, { actor, message });
  if (!known) cell.host.signal(actor, { type: 'watch', watcher: cell.ref });
}

function hasHook(cell: ActorCell): boolean {
  return cell.kind?.definition.terminated !== undefined;
}

/** Ends a watch; its notice is void from now on. */
export function unwatch(cell: ActorCell, actor: AnyRef): void {
  if (cell.extras === null || cell.extras.watches === null) return;
  const { watches, notices } = cell.extras;
  // One may be here already, while a handler holds the turn.
  for (let count = cell.extras.noticeCount; count > 0; count--) {
    const notice = notices!.shift()!;
    if (!isOf(notice, actor)) notices!.push(notice);
  }
  if (!watches.watching.delete(actor.id)) return;
  cell.host.signal(actor, { type: 'unwatch', watcher: cell.ref });
}

function isOf(notice: Notice, actor: AnyRef): boolean {
  switch (notice.type) {
    case 'terminated':
      return notice.event.actor.equals(actor);
    case 'message':
      return notice.actor.equals(actor);
    default:
      return false;
  }
}
