import { unreachable } from '../base/assert.js';
import { messageOf, typeOfMessage } from '../ref/envelope.js';
import type { ActorCell } from './actor-cell.js';
import { end, fail, kill, terminate } from './cell-lifecycle.js';
import { beginAgain, restart } from './cell-start.js';
import { SHUTDOWN } from './exit-reason.js';
import { CELL_STATUS_NAMES, CellStatus } from './lifecycle.js';
import { linkEnded, linked } from './linking.js';
import type { Signal } from './signals.js';

/** How an actor does, as `inspect` answers it. */
export interface CellReport {
  readonly path: string | undefined;
  readonly kind: string;
  readonly status: string;
  readonly incarnation: number;
  readonly queued: number;
  readonly stashed: number;
  /** Type of the message whose handler holds the turn. */
  readonly handling: string | undefined;
  readonly children: number;
}

/** What one signal does to a cell. Signals that come too late find nothing to do. */
export function handleSignal(cell: ActorCell, signal: Signal): void {
  switch (signal.type) {
    case 'stop':
      if (isLiving(cell)) end(cell, SHUTDOWN, true);
      break;
    case 'halt':
      if (isLiving(cell)) end(cell, SHUTDOWN, false);
      break;
    case 'kill':
      kill(cell, signal.final);
      break;
    case 'restart':
      restart(cell);
      break;
    case 'begin':
      beginAgain(cell);
      break;
    case 'release':
      if (cell.status === CellStatus.SUSPENDED) terminate(cell, signal.reason);
      break;
    case 'orphaned':
      if (isLiving(cell)) end(cell, SHUTDOWN, true);
      else if (cell.status === CellStatus.SUSPENDED) terminate(cell, SHUTDOWN);
      break;
    case 'stop-requested':
      if (cell.parent === null) end(cell, SHUTDOWN, true);
      else cell.host.signal(cell.parent, { type: 'child-stop-requested', child: cell.origin.id });
      break;
    case 'child-started':
    case 'child-start-failed':
    case 'child-exited':
    case 'child-terminated':
    case 'child-stop-requested':
      cell.family?.onSignal(signal);
      break;
    case 'watch':
    case 'unwatch':
    case 'link':
    case 'unlink':
    case 'terminated':
    case 'link-exit':
      handleWatchSignal(cell, signal);
      break;
    case 'fault':
      if (signal.incarnation === cell.incarnation) fail(cell, signal.error);
      break;
    case 'ask-probe':
      if (cell.open) cell.host.probe(cell, signal);
      break;
    case 'resolve':
      resolve(cell, signal);
      break;
    case 'inspect':
      cell.host.reply(signal.replyTo, reportOf(cell));
      break;
    default:
      unreachable(signal);
  }
}

function isLiving(cell: ActorCell): boolean {
  return cell.status !== CellStatus.SUSPENDED && cell.status !== CellStatus.TERMINATED;
}

type WatchSignal = Extract<
  Signal,
  { type: 'watch' | 'unwatch' | 'link' | 'unlink' | 'terminated' | 'link-exit' }
>;

function handleWatchSignal(cell: ActorCell, signal: WatchSignal): void {
  const watches = cell.openExtras().openWatches();
  switch (signal.type) {
    case 'watch':
      watches.watchers.set(signal.watcher.id, signal.watcher);
      watches.serials.set(signal.watcher.id, signal.serial ?? 0);
      break;
    case 'unwatch':
      watches.watchers.delete(signal.watcher.id);
      watches.serials.delete(signal.watcher.id);
      break;
    case 'link':
      linked(cell, signal);
      break;
    case 'unlink':
      watches.links.delete(signal.peer.id);
      break;
    case 'terminated': {
      // Exactly once: only the first notice finds the watch.
      const watch = watches.watching.get(signal.actor.id);
      if (watch === undefined) break;
      watches.watching.delete(signal.actor.id);
      const event = { actor: watch.actor, reason: signal.reason };
      cell
        .openExtras()
        .notify(
          watch.message === undefined
            ? { type: 'terminated', event }
            : { type: 'message', actor: watch.actor, message: watch.message },
        );
      break;
    }
    case 'link-exit':
      linkEnded(cell, signal);
      break;
  }
}

function resolve(cell: ActorCell, signal: Extract<Signal, { type: 'resolve' }>): void {
  const [name, ...rest] = signal.path;
  if (name === undefined) {
    cell.host.reply(signal.replyTo, cell.ref);
    return;
  }
  const child = cell.family?.byName(name);
  if (child === undefined) cell.host.reply(signal.replyTo, undefined);
  else cell.host.signal(child, { type: 'resolve', path: rest, replyTo: signal.replyTo });
}

/** The state of a cell as a value. */
export function reportOf(cell: ActorCell): CellReport {
  return {
    path: cell.ref.path,
    kind: cell.recipe.definition.name,
    status: CELL_STATUS_NAMES[cell.status],
    incarnation: cell.incarnation,
    queued: cell.queuedCount,
    stashed: cell.extras?.stash?.length ?? 0,
    handling: cell.open ? handling(cell) : undefined,
    children: cell.family?.refs.length ?? 0,
  };
}

function handling(cell: ActorCell): string {
  if (cell.status === CellStatus.STARTING) return 'init';
  return cell.hand === null ? 'a hook' : typeOfMessage(messageOf(cell.hand));
}
