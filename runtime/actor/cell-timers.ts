import { TroupeError } from '../base/errors.js';
import type { ActorCell } from './actor-cell.js';
import { ActorTimers } from './actor-timers.js';
import { contextOver, describe } from './cell-errors.js';
import { CellStatus } from './lifecycle.js';
import { Readiness } from './readiness.js';
import { ReceiveTimeout } from './receive-timeout.js';

const MAX_RECEIVE_TIMEOUT_MS = 2 ** 36;

/** Starts a keyed timer of this incarnation. @throws {TroupeError} ERR_OPTION, ERR_CONTEXT */
export function startTimer(
  cell: ActorCell,
  key: string,
  delayMs: number,
  message: unknown,
  repeat: boolean,
): void {
  if (cell.status === CellStatus.ENDING) {
    throw contextOver('an actor that is ending starts no timers', 'check ctx.signal.aborted');
  }
  const extras = cell.openExtras();
  extras.timers ??= new ActorTimers(cell.host.wheel, cell, extras.nextTimerToken);
  extras.timers.start(key, cell.host.clock.now(), delayMs, message, repeat);
  tellThread(cell);
}

/** After an `await` the thread may be asleep, until a later moment than this timer's or for good. */
function tellThread(cell: ActorCell): void {
  if (cell.readiness < Readiness.SCHEDULED) cell.schedule();
}

/** Sets or ends the receive timeout. @throws {TroupeError} ERR_OPTION, ERR_CONTEXT */
export function setReceiveTimeout(cell: ActorCell, timeoutMs: number | undefined): void {
  if (timeoutMs !== undefined && !(timeoutMs >= 1 && timeoutMs <= MAX_RECEIVE_TIMEOUT_MS)) {
    throw new TroupeError('ERR_OPTION', {
      what: `receive timeout is ${String(timeoutMs)}`,
      where: describe(cell),
      mend: 'use 1 to 2^36 ms, or undefined for none',
    });
  }
  if (timeoutMs !== undefined && cell.kind?.definition.receiveTimeout === undefined) {
    throw contextOver(`${describe(cell)} has no hook receiveTimeout`, 'define `receiveTimeout`');
  }
  const extras = cell.openExtras();
  extras.receiveTimeout?.cancel();
  extras.receiveTimeout = timeoutMs === undefined ? null : new ReceiveTimeout(cell, timeoutMs);
  if (timeoutMs !== undefined) tellThread(cell);
}
