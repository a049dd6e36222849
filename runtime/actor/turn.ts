import { asError } from '../base/errors.js';
import { CounterIndex } from '../memory/counters.js';
import { AskEnvelope, Envelope, TimerEnvelope } from '../ref/envelope.js';
import type { ActorCell } from './actor-cell.js';
import type { HandlerEntry } from './actor-kind.js';
import type { KeyedTimer } from './actor-timers.js';
import { contextOver, unhandled } from './cell-errors.js';
import type { CellExtras, Notice } from './cell-extras.js';
import { fail, proceedEnding } from './cell-lifecycle.js';
import { TAKEN_MASK } from './cell-word.js';
import { Hand } from './hand.js';
import { NO_REPLY } from './handlers.js';
import { CellStatus } from './lifecycle.js';
import { isThenable } from './thenable.js';

// Taken out of their tables once: V8 folds a constant of this module, but looks up an imported one at each use.
const { handled: HANDLED } = CounterIndex;
const { FREE } = Hand;
const TAKEN = TAKEN_MASK;

/** What an expired timer puts into its actor's mailbox. */
export function timerEnvelope(timer: KeyedTimer): TimerEnvelope {
  return new TimerEnvelope(timer.message, timer.key, timer.token);
}

/**
 * One turn: hands one item of the mailbox to its handler. A handler that returns a promise holds the
 * turn until that settles, unless the kind interleaves.
 */
export function handleItem(cell: ActorCell, item: unknown): void {
  const type = typeOf(item);
  // Envelopes have no `type`, so most messages are known for what they are without a walk up a prototype chain.
  if (typeof type !== 'string' && item instanceof Envelope) handleEnvelope(cell, item);
  else handleMessage(cell, item, item, type);
}

/** By itself, so that V8 has room left to take the rest of a turn of plain messages into one function. */
function handleEnvelope(cell: ActorCell, item: Envelope): void {
  if (item instanceof TimerEnvelope && !isCurrentTimer(cell, item)) {
    cell.host.deadLetter(item, cell.ref, 'stale-timer', 'mailbox');
    return;
  }
  const { message } = item;
  handleMessage(cell, item, message, typeOf(message));
}

/** @param item the message, or the envelope round it */
function handleMessage(cell: ActorCell, item: unknown, message: unknown, type: unknown): void {
  const entry = cell.table!.get(type as string) ?? fallback(cell, item);
  if (entry === undefined) return;
  if (cell.extras !== null) noteMessage(cell, cell.extras);
  const host = cell.host;
  const counters = host.counters;
  counters[HANDLED] = counters[HANDLED]! + 1;
  cell.turn++;
  cell.hand = item;
  if ((cell.word & TAKEN) !== 0) cell.taken = FREE;
  host.showType(entry.label);
  let result: unknown;
  try {
    result = entry.handler(cell.state, message, cell.context);
  } catch (error) {
    failTurn(cell, item, error);
    return;
  }
  // The common end of a told message, without a call.
  if (result === undefined && message === item) cell.hand = null;
  else closeTurn(cell, item, result);
}

/** Who handles what no handler is named for; without one it is a dead letter. */
function fallback(cell: ActorCell, item: unknown): HandlerEntry | undefined {
  const entry = cell.kind!.fallback;
  if (entry === undefined) cell.host.deadLetter(item, cell.ref, 'unhandled', 'mailbox');
  return entry;
}

function noteMessage(cell: ActorCell, { receiveTimeout }: CellExtras): void {
  if (receiveTimeout !== null) receiveTimeout.lastMessageMs = cell.host.clock.now();
}

function closeTurn(cell: ActorCell, item: unknown, result: unknown): void {
  if (isThenable(result)) hold(cell, item, result);
  else settle(cell, item, result);
}

/** A message of this thread is not copied, so its `type` may be a getter that throws. */
function typeOf(message: unknown): unknown {
  try {
    return (message as { type: unknown }).type;
  } catch {
    return '';
  }
}

function isCurrentTimer(cell: ActorCell, item: TimerEnvelope): boolean {
  return cell.extras?.timers?.take(item.key, item.token) === true;
}

/** The handler has returned: answer the asker, unless it took that over. */
function settle(cell: ActorCell, item: unknown, result: unknown): void {
  const { taken } = cell;
  cell.hand = null;
  if (item instanceof AskEnvelope && answers(taken, result)) answer(cell, item, result);
}

/** True when what the handler returned is the answer, or says wrongly that there is one. */
function answers(taken: Hand, result: unknown): boolean {
  if (taken === Hand.KEPT) return result !== undefined && result !== NO_REPLY;
  return taken === FREE;
}

function answer(cell: ActorCell, item: AskEnvelope, result: unknown): void {
  if (result === NO_REPLY) {
    const error = contextOver(
      `the handler of '${(item.message as { type: string }).type}' returned NO_REPLY, but nobody will answer`,
      'call ctx.requester(), ctx.forward() or ctx.stash() first',
    );
    cell.host.replyFailure(item.replyTo, error);
    return;
  }
  try {
    cell.host.reply(item.replyTo, result);
  } catch (error) {
    // A reply that cannot be sent is the handler's failure, and the asker must not wait for it.
    cell.host.replyFailure(item.replyTo, error);
    fail(cell, error);
  }
}

function failTurn(cell: ActorCell, item: unknown, error: unknown): void {
  cell.hand = null;
  answerFailure(cell, item, error);
  fail(cell, error);
}

function answerFailure(cell: ActorCell, item: unknown, error: unknown): void {
  if (!(item instanceof AskEnvelope) || cell.taken === Hand.PASSED) return;
  cell.host.replyFailure(item.replyTo, error);
}

function hold(cell: ActorCell, item: unknown, promise: PromiseLike<unknown>): void {
  if (cell.kind!.definition.interleaves) {
    interleave(cell, item, promise);
    return;
  }
  const { epoch } = cell;
  cell.open = true;
  promise.then(
    (result) => {
      if (cell.epoch !== epoch) return;
      settle(cell, item, result);
      if (cell.epoch === epoch) cell.turnClosed();
    },
    (error) => {
      if (cell.epoch !== epoch) return;
      cell.open = false;
      if (cell.status === CellStatus.ENDING) {
        cell.host.failed(cell, asError(error));
        answerFailure(cell, item, error);
        cell.turnClosed();
      } else {
        failTurn(cell, item, error);
      }
    },
  );
}

/**
 * The next message is begun while this one waits; what is in hand ends with the first `await`. An asker is kept
 * in mind, because the promise may never settle once the incarnation is over.
 */
function interleave(cell: ActorCell, item: unknown, promise: PromiseLike<unknown>): void {
  const { epoch, taken } = cell;
  const ask = item instanceof AskEnvelope && taken === FREE ? item : null;
  const extras = cell.openExtras();
  if (ask !== null) {
    extras.asked ??= new Set();
    extras.asked.add(ask);
  }
  cell.hand = null;
  extras.inFlight++;
  const isVoid = (): boolean => {
    if (cell.epoch !== epoch) return true;
    extras.inFlight--;
    if (ask !== null) extras.asked!.delete(ask);
    return false;
  };
  promise.then(
    (result) => {
      if (isVoid()) return;
      if (item instanceof AskEnvelope && answers(taken, result)) answer(cell, item, result);
      if (cell.status === CellStatus.ENDING) proceedEnding(cell);
    },
    (error) => {
      if (isVoid()) return;
      cell.taken = taken;
      failTurn(cell, item, error);
      if (cell.status === CellStatus.ENDING) proceedEnding(cell);
    },
  );
}

/** Something the runtime tells the actor: a hook, or a message it has asked for. */
export function handleNotice(cell: ActorCell, notice: Notice): void {
  cell.turn++;
  cell.hand = null;
  cell.taken = FREE;
  cell.host.showType(0);
  let result: unknown;
  try {
    result = callHook(cell, notice);
  } catch (error) {
    fail(cell, error);
    return;
  }
  if (isThenable(result)) hold(cell, null, result);
}

function callHook(cell: ActorCell, notice: Notice): unknown {
  const definition = cell.kind!.definition;
  switch (notice.type) {
    case 'terminated':
      return definition.terminated?.(cell.state, notice.event, cell.context);
    case 'receive-timeout':
      return definition.receiveTimeout?.(cell.state, cell.context);
    case 'message': {
      const entry = cell.table!.get((notice.message as { type: string }).type);
      if (entry === undefined) throw unhandled(cell, notice.message);
      return entry.handler(cell.state, notice.message, cell.context);
    }
  }
}
