import { asError } from '../base/errors.js';
import type { ActorCell } from './actor-cell.js';
import { ActorContext } from './actor-context.js';
import type { ActorKind } from './actor-kind.js';
import { fail } from './cell-lifecycle.js';
import { CellEvent, CellStatus, nextStatus } from './lifecycle.js';
import { Readiness } from './readiness.js';
import { isThenable } from './thenable.js';

// Taken out of their tables once: V8 folds a constant of this module, but looks up an imported one at each use.
const { STARTING, ENDING, SUSPENDED } = CellStatus;
const { STARTED, RESTART } = CellEvent;
const { RUNNING } = Readiness;

/** Begins an incarnation: loads the code if need be and calls `init`. */
export function begin(cell: ActorCell): void {
  cell.context = new ActorContext(cell);
  const { kind } = cell;
  if (kind === null) load(cell);
  else initialize(cell, kind);
}

function load(cell: ActorCell): void {
  let kind: ActorKind | Promise<ActorKind>;
  try {
    kind = cell.host.kind(cell.recipe.definition);
  } catch (error) {
    fail(cell, error);
    return;
  }
  if (!isThenable(kind)) {
    initialize(cell, kind);
    return;
  }
  const { epoch } = cell;
  cell.open = true;
  kind.then(
    (loaded) => {
      if (cell.epoch !== epoch) return;
      if (cell.status !== STARTING) return cell.turnClosed();
      cell.open = false;
      initialize(cell, loaded);
    },
    (error) => cell.epoch === epoch && failStart(cell, error),
  );
}

function failStart(cell: ActorCell, error: unknown): void {
  cell.open = false;
  if (cell.status === STARTING) {
    fail(cell, error);
  } else {
    cell.host.failed(cell, asError(error));
    cell.turnClosed();
  }
}

function initialize(cell: ActorCell, kind: ActorKind): void {
  const { host } = cell;
  // Its turn has shown the cell, unless its code has just been loaded.
  const isShown = cell.kind !== null && cell.readiness === RUNNING;
  if (cell.kind === null) host.completed(cell, kind);
  cell.table = kind.handlers;
  if (!isShown) {
    const { current } = host;
    host.enter(cell);
    host.current = current;
  }
  let result: unknown;
  try {
    result = kind.definition.init(cell.origin.args, cell.context);
  } catch (error) {
    fail(cell, error);
    return;
  }
  if (isThenable(result)) awaitInit(cell, result);
  else started(cell, result);
}

function awaitInit(cell: ActorCell, result: PromiseLike<unknown>): void {
  const { epoch } = cell;
  cell.open = true;
  result.then(
    (state) => {
      if (cell.epoch !== epoch) return;
      cell.open = false;
      if (cell.status === STARTING) return started(cell, state);
      cell.state = state;
      cell.turnClosed();
    },
    (error) => cell.epoch === epoch && failStart(cell, error),
  );
}

function started(cell: ActorCell, state: unknown): void {
  if (cell.status !== STARTING && cell.status !== ENDING) return;
  cell.state = state;
  // It has stopped itself in `init`: the end begins when this turn is over.
  if (cell.status === ENDING) return;
  cell.status = nextStatus(cell.status, STARTED);
  cell.host.started(cell);
  if (cell.extras !== null && cell.extras.receiveTimeout !== null) {
    cell.extras.receiveTimeout.lastMessageMs = cell.host.clock.now();
  }
  cell.wake();
}

/** The verdict of the supervisor: a new incarnation, with the mail and what was stashed. */
export function restart(cell: ActorCell): void {
  if (cell.status !== SUSPENDED) return;
  cell.status = nextStatus(cell.status, RESTART);
  const extras = cell.openExtras();
  extras.incarnation++;
  const { stash } = extras;
  if (stash !== null) cell.mailbox.prepend(stash.takeAll());
  cell.host.restarted(cell);
  begin(cell);
}

/** The first start was cut short by the death of its thread: the same incarnation, in a new cell. */
export function beginAgain(cell: ActorCell): void {
  if (cell.status !== SUSPENDED) return;
  cell.status = nextStatus(cell.status, RESTART);
  begin(cell);
}
