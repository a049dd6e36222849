import { asError } from '../base/errors.js';
import { CounterIndex } from '../memory/counters.js';
import { AskEnvelope } from '../ref/envelope.js';
import type { ActorCell } from './actor-cell.js';
import { ActorContext } from './actor-context.js';
import { contextOver, turnVoided } from './cell-errors.js';
import { CellExtras } from './cell-extras.js';
import type { Family } from './cell-host.js';
import { endWatches, tellWatchers } from './ended-watches.js';
import { type ExitReason, failed, KILLED, NORMAL } from './exit-reason.js';
import { Hand } from './hand.js';
import { CellEvent, CellStatus, nextStatus } from './lifecycle.js';
import { Readiness } from './readiness.js';
import { wantsRestart } from './restart-type.js';
import type { SendWaiter } from './send-waiter.js';
import type { Signal } from './signals.js';
import { isThenable } from './thenable.js';

// Taken out of their tables once: V8 folds a constant of this module, but looks up an imported one at each use.
const { STARTING, RUNNING, ENDING, SUSPENDED, TERMINATED } = CellStatus;
const { END, SUSPEND, TERMINATE } = CellEvent;
const { terminated: ENDED } = CounterIndex;
const { FREE } = Hand;
const { SCHEDULED } = Readiness;

/** The end of an incarnation while it is under way. */
export interface Ending {
  /** The first reason stands, unless a kill ends the end. */
  reason: ExitReason;
  /** Terminate for good, or stay suspended for a verdict. A stop that follows a halt makes it true. */
  final: boolean;
  /** The first start failed: the parent hears that instead of an exit. */
  readonly startError: Error | undefined;
  stage: 'turn' | 'children' | 'hook' | 'done';
}

/** That of an actor that stops itself and has nothing to wait for; shared, so copied before it changes. */
const PLAIN: Ending = Object.freeze({
  reason: NORMAL,
  final: true,
  startError: undefined,
  stage: 'turn',
});

/**
 * This incarnation failed. Void at once: its open turn is not waited for. Children are stopped, the
 * `stopped` hook is called, then the supervisor decides, if the restart type leaves it anything to decide.
 */
export function fail(cell: ActorCell, thrown: unknown): void {
  const error = asError(thrown);
  cell.host.failed(cell, error);
  if (cell.status !== STARTING && cell.status !== RUNNING) return;
  const reason = failed(error);
  const first = cell.status === STARTING && cell.incarnation === 0;
  voidTurns(cell, error);
  end(
    cell,
    reason,
    !first && !wantsRestart(cell.recipe.restart, reason),
    first ? error : undefined,
  );
}

/** Ends the incarnation orderly. `final`: terminate; otherwise stay suspended. */
export function end(cell: ActorCell, reason: ExitReason, final: boolean, startError?: Error): void {
  if (cell.status === ENDING) {
    if (final && !cell.ending!.final) cell.ending!.final = true;
    return;
  }
  cell.status = nextStatus(cell.status, END);
  cell.notIdle();
  cell.ending = { reason, final, startError, stage: 'turn' };
  abort(cell);
  proceedEnding(cell);
}

/** As `end` for good, in a turn of a cell without extras, whose end goes on when that is over. */
export function endWithTurn(cell: ActorCell): void {
  cell.status = nextStatus(cell.status, END);
  cell.ending = PLAIN;
}

/** An end that was begun in the turn has waited for the turn. */
export function endAfterTurn(cell: ActorCell): void {
  cell.readiness = SCHEDULED;
  if (cell.ending === PLAIN && hasPlainEnd(cell)) finish(cell, PLAIN);
  else if (cell.ending!.stage === 'turn') proceedEnding(cell);
}

/** Nothing has to be waited for: no open turn, children or hook. */
function hasPlainEnd({ open, extras, kind }: ActorCell): boolean {
  return !open && extras === null && kind !== null && kind.definition.stopped === undefined;
}

function ownEnding(cell: ActorCell): Ending {
  if (cell.ending === PLAIN) cell.ending = { ...PLAIN };
  return cell.ending!;
}

/** Goes on with the end as far as it can: the open turn, then the children, then the hook. */
export function proceedEnding(cell: ActorCell): void {
  const ending = ownEnding(cell);
  if (ending.stage === 'turn') {
    if (cell.open || cell.inFlight > 0) return;
    ending.stage = 'children';
    if (cell.family !== null && !cell.family.isEmpty) {
      stopChildren(cell, cell.family, ending);
      return;
    }
    ending.stage = 'hook';
  }
  if (ending.stage === 'hook') {
    ending.stage = 'done';
    if (callStopped(cell, ending)) return;
  }
  if (ending.stage === 'done' && !cell.open) finish(cell, ending);
}

function stopChildren(cell: ActorCell, family: Family, ending: Ending): void {
  family.stopAll(() => {
    if (cell.ending !== ending) return;
    ending.stage = 'hook';
    proceedEnding(cell);
  });
}

/** @returns true when the hook is still at work */
function callStopped(cell: ActorCell, ending: Ending): boolean {
  const { kind } = cell;
  if (kind === null || kind.definition.stopped === undefined || !cell.initialized) return false;
  let result: unknown;
  try {
    result = kind.definition.stopped(cell.state, ending.reason, cell.context);
  } catch (error) {
    cell.host.failed(cell, asError(error));
    return false;
  }
  if (!isThenable(result)) return false;
  awaitStopped(cell, result);
  return true;
}

function awaitStopped(cell: ActorCell, result: PromiseLike<unknown>): void {
  const { epoch } = cell;
  cell.open = true;
  const settled = (): void => {
    if (cell.epoch === epoch) cell.turnClosed();
  };
  result.then(settled, (error) => {
    cell.host.failed(cell, asError(error));
    settled();
  });
}

function finish(cell: ActorCell, ending: Ending): void {
  const { reason, final, startError } = ending;
  voidIncarnation(cell, reason);
  if (final) {
    terminate(cell, reason);
    return;
  }
  cell.status = nextStatus(cell.status, SUSPEND);
  report(
    cell,
    startError === undefined
      ? { type: 'child-exited', child: cell.origin.id, reason }
      : { type: 'child-start-failed', child: cell.origin.id, error: startError },
  );
}

/** Voids the incarnation at once, without its hook: a deadline is over. Its children are killed first. */
export function kill(cell: ActorCell, final: boolean): void {
  if (cell.status === SUSPENDED || cell.status === TERMINATED) return;
  voidTurns(cell, undefined);
  if (cell.status === ENDING) {
    const ending = ownEnding(cell);
    ending.reason = KILLED;
    if (final) ending.final = true;
    if (ending.stage === 'turn') ending.stage = 'children';
    else if (ending.stage !== 'children') {
      finish(cell, ending);
      return;
    }
  } else {
    cell.status = nextStatus(cell.status, END);
    cell.notIdle();
    cell.ending = { reason: KILLED, final, startError: undefined, stage: 'children' };
    abort(cell);
  }
  const { ending } = cell;
  if (cell.family === null || cell.family.isEmpty) finish(cell, ending!);
  else cell.family.killAll(() => cell.ending === ending && finish(cell, ending!));
}

/** What open turns still do has no effect from now on. Who asked in one of them hears so. */
function voidTurns(cell: ActorCell, cause: Error | undefined): void {
  if (cell.open) voidHand(cell, cause);
  if (cell.extras !== null) voidInterleaved(cell, cell.extras, cause);
  cell.nextEpoch();
  cell.open = false;
  cell.hand = null;
}

function voidHand(cell: ActorCell, cause: Error | undefined): void {
  const { hand } = cell;
  if (cell.taken !== FREE || !(hand instanceof AskEnvelope)) return;
  cell.host.replyFailure(hand.replyTo, turnVoided(cell, hand, cause));
}

function voidInterleaved(cell: ActorCell, extras: CellExtras, cause: Error | undefined): void {
  extras.inFlight = 0;
  const { asked } = extras;
  if (asked === null) return;
  for (const ask of asked) cell.host.replyFailure(ask.replyTo, turnVoided(cell, ask, cause));
  asked.clear();
}

function abort(cell: ActorCell): void {
  cell.extras?.abort?.abort(
    contextOver('the actor is ending', 'stop what was begun with ctx.signal'),
  );
  cancelTimers(cell);
}

/** Nothing of the incarnation has an effect any more: timers, watches, links, asks, context. */
function voidIncarnation(cell: ActorCell, reason: ExitReason): void {
  const { extras } = cell;
  if (extras !== null) {
    cancelTimers(cell);
    if (extras.watches !== null) endWatches(cell, extras.watches, reason);
    extras.notices = null;
    extras.abort = null;
  }
  voidTurns(cell, undefined);
  if (cell.asks !== null) cell.host.forgetAsks(cell);
  if (cell.context !== null) ActorContext.close(cell.context);
  cell.context = null;
  cell.clearState();
  // Also one that was empty before the end, which nobody had to stop.
  if (extras !== null && extras.family !== null) {
    extras.family.close();
    extras.family = null;
  }
  cell.ending = null;
}

function cancelTimers(cell: ActorCell): void {
  const extras = cell.extras;
  if (extras === null) return;
  if (extras.timers !== null) {
    extras.timers.cancelAll();
    extras.nextTimerToken = extras.timers.nextToken;
    extras.timers = null;
  }
  extras.receiveTimeout?.cancel();
  extras.receiveTimeout = null;
}

/** The verdict of the supervisor, or of the restart type: gone for good. */
export function terminate(cell: ActorCell, reason: ExitReason): void {
  cell.status = nextStatus(cell.status, TERMINATE);
  const stash = cell.extras === null ? null : cell.extras.stash;
  if (stash !== null || cell.queuedCount > 0 || cell.waitingCount > 0) buryMail(cell, stash);
  // The parent first: its name is free again for whoever hears of the end.
  cell.host.terminated(cell, reason);
  const watches = cell.extras === null ? null : cell.extras.watches;
  if (watches !== null) tellWatchers(cell, watches, reason);
  const counters = cell.host.counters;
  counters[ENDED] = counters[ENDED]! + 1;
  cell.extras = remains(cell.extras);
  cell.host.removed(cell, reason);
}

/** Signals that still wait are answered as by one that is long gone; nothing else is needed any more. */
function remains(extras: CellExtras | null): CellExtras | null {
  if (extras === null || extras.signalCount === 0) return null;
  const rest = new CellExtras();
  rest.signals = extras.signals;
  return rest;
}

/** What nobody will handle any more becomes dead letters. */
function buryMail(cell: ActorCell, stash: CellExtras['stash']): void {
  const dead = (item: unknown): void => cell.host.deadLetter(item, cell.ref, 'stopped', 'mailbox');
  stash?.drain(dead);
  cell.drainMailbox((item, waiter) => {
    dead(item);
    if (waiter !== null) (waiter as SendWaiter).onRefused();
  });
}

/** Tells the parent. */
export function report(cell: ActorCell, signal: Signal): void {
  if (cell.parent !== null) cell.host.signal(cell.parent, signal);
}
