import type { TurnBudget } from '../scheduler/run-queue.js';
import type { ActorCell } from './actor-cell.js';
import type { CellExtras } from './cell-extras.js';
import { endAfterTurn } from './cell-lifecycle.js';
import { begin } from './cell-start.js';
import { CellStatus } from './lifecycle.js';
import { handleNotice } from './turn.js';

// What a run of a cell seldom does: by itself, so that V8 has room to take what it does for each message into one
// function.

/** Begins the incarnation, unless the cell waits for something else than its first turn. */
export function beginRun(cell: ActorCell): void {
  if (cell.status === CellStatus.STARTING) begin(cell);
}

/** Goes on with an end that was begun in the turn, and finds out what the cell waits for now. */
export function endRun(cell: ActorCell): void {
  if (cell.status === CellStatus.ENDING) endAfterTurn(cell);
  cell.host.current = null;
  cell.settle();
}

/** Tells the actor the next thing that the runtime has to say to it. @returns false when there is none */
export function tookNotice(cell: ActorCell, extras: CellExtras): boolean {
  if (extras.noticeCount === 0) return false;
  handleNotice(cell, extras.notices!.shift()!);
  return true;
}

/** Ends the run when the slice of time is over. */
export function lookAtClock(cell: ActorCell, budget: TurnBudget): void {
  if (cell.host.clock.now() >= budget.deadlineMs) budget.messages = 0;
}

/** Counts a message in the gauge of the router that the actor works for, if there is one. */
export function countTaken({ recipe }: ActorCell): void {
  const { gauge, host } = recipe;
  if (gauge !== 0) host.gauges[gauge]!++;
}
