import type { ActorCell } from './actor-cell.js';
import { type ExitReason, isAbnormal } from './exit-reason.js';
import type { Watches } from './watches.js';

/** An incarnation is over: it watches and is linked no more, and who is linked to it hears of a failure. */
export function endWatches(cell: ActorCell, watches: Watches, reason: ExitReason): void {
  for (const { actor } of watches.watching.values()) {
    cell.host.signal(actor, { type: 'unwatch', watcher: cell.ref });
  }
  for (const { peer } of watches.links.values()) {
    if (isAbnormal(reason)) cell.host.signal(peer, { type: 'link-exit', peer: cell.ref, reason });
    else cell.host.signal(peer, { type: 'unlink', peer: cell.ref });
  }
  watches.watching.clear();
  watches.links.clear();
}

/** The actor is gone for good: who watches it hears so. */
export function tellWatchers(cell: ActorCell, watches: Watches, reason: ExitReason): void {
  for (const watcher of watches.watchers.values()) {
    cell.host.signal(watcher, { type: 'terminated', actor: cell.ref, reason });
  }
}
