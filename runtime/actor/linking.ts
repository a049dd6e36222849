import { TroupeError } from '../base/errors.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { ActorCell } from './actor-cell.js';
import { linkedFailed } from './cell-errors.js';
import { fail } from './cell-lifecycle.js';
import { exitError, isAbnormal } from './exit-reason.js';
import type { Signal } from './signals.js';

type LinkSignal = Extract<Signal, { type: 'link' }>;
type LinkExit = Extract<Signal, { type: 'link-exit' }>;

/** Joins the fates of this incarnation and another actor's, both ways. */
export function link(cell: ActorCell, actor: AnyRef): void {
  const { links } = cell.openExtras().openWatches();
  // What it was linked to before counts: that incarnation may have died, and the news be on its way.
  if (!links.has(actor.id)) {
    links.set(actor.id, { peer: actor, serial: cell.host.serialOf(actor.thread) });
  }
  cell.host.signal(actor, { type: 'link', peer: cell.ref });
}

/** Separates the fates of this incarnation and another actor, both ways. */
export function unlink(cell: ActorCell, actor: AnyRef): void {
  if (!cell.extras?.watches?.links.delete(actor.id)) return;
  cell.host.signal(actor, { type: 'unlink', peer: cell.ref });
}

/**
 * Another actor has linked itself to this one. Its words and those of its thread's death go different ways: a
 * link of a thread that is known to be dead has broken already, and one of the next thread shows that an earlier one has.
 */
export function linked(
  cell: ActorCell,
  { peer, serial = cell.host.serialOf(peer.thread) }: LinkSignal,
): void {
  const { links } = cell.openExtras().openWatches();
  const former = links.get(peer.id);
  if (serial <= cell.host.deadSerial(peer.thread)) links.delete(peer.id);
  else {
    links.set(peer.id, { peer, serial });
    if (former === undefined || former.serial >= serial) return;
  }
  const what = `thread ${peer.thread} died`;
  fail(cell, linkedFailed(cell, peer, new TroupeError('ERR_THREAD_DIED', { what })));
}

/** A peer is gone: who is linked to it falls as well, unless that was in order. */
export function linkEnded(cell: ActorCell, { peer, reason }: LinkExit): void {
  if (!cell.extras?.watches?.links.delete(peer.id) || !isAbnormal(reason)) return;
  fail(cell, linkedFailed(cell, peer, exitError(reason)));
}
