import type { ExitReason } from '../actor/exit-reason.js';
import type { Child } from './child-list.js';

/** A child's identity within its supervisor: a number greater than all before, the same over restarts. */
export type ChildId = number;

/** `backoff`: the delay before a restart; `deadline`: the time a child has to stop. */
export type TimerKind = 'backoff' | 'deadline';

/**
 * What a supervisor learns.
 *
 * - `addDeclared`: the list to start in order; at most once. Answered by `ready` or `fail`.
 * - `add`: a dynamic child; whoever adds it starts it. Not after the supervisor is over.
 * - `started`: the first or a later incarnation initialised.
 * - `startFailed`: the first incarnation did not initialise; the cell waits for its `release`.
 * - `exited`: incarnations are over and their cells wait for the verdict. Several ids only if they died
 *   of one cause (their thread): that is one restart. A failed initialisation of a later
 *   incarnation is an exit too.
 * - `terminated`: the cell is gone for good; its last report.
 * - `remove`: stop the child for good, whatever it does.
 * - `timer`: a timer armed by an effect fired; one that was cancelled may still come.
 * - `stopAll`: stop all children, then the supervisor. Answered by `allStopped`, or by `fail` if
 *   the supervisor was already failing.
 *
 * The reports of one cell come in the order in which it made them, and none about an
 * incarnation after the `exited` of that incarnation.
 */
export type SupervisorInput =
  | { readonly type: 'addDeclared'; readonly children: readonly Child[] }
  | { readonly type: 'add'; readonly child: Child }
  | { readonly type: 'started'; readonly id: ChildId }
  | { readonly type: 'startFailed'; readonly id: ChildId; readonly error: Error }
  | { readonly type: 'exited'; readonly ids: readonly ChildId[]; readonly reason: ExitReason }
  | { readonly type: 'terminated'; readonly id: ChildId; readonly reason: ExitReason }
  | { readonly type: 'remove'; readonly id: ChildId }
  | {
      readonly type: 'timer';
      readonly id: ChildId;
      readonly kind: TimerKind;
      readonly token: number;
    }
  | { readonly type: 'stopAll' };

/**
 * What a supervisor wants done, in this order.
 *
 * - `start`: first start of a declared child. Answer: `started` or `startFailed`.
 * - `restart`: verdict for a suspended cell: a new incarnation. Answer: `started` or `exited`.
 * - `release`: verdict for a suspended cell: terminate for good with this reason. Answer: `terminated`.
 * - `halt`: end the incarnation orderly, keep the cell suspended. Answer: `exited`.
 * - `stop`: end the child orderly and for good. Answer: `terminated`.
 * - `kill`: void the incarnation at once; `outcome` says what becomes of the cell: `suspend` is answered by
 *   `exited`, `terminate` by `terminated`. It may follow a halt or a stop, or come alone. After a halt
 *   it can be `terminate`.
 * - `discard`: forget a declared child that never started; it is not known any more. No answer.
 * - `arm`, `cancel`: timers, named by their token. A child has at most one.
 * - `ready`: all declared children have started.
 * - `allStopped`: no child is left and the stop was ordered. The last effect.
 * - `fail`: no child is left and the supervisor itself fails. The last effect.
 *
 * A `halt`, `stop` or `kill` that finds its cell already suspended or gone does nothing: the report of
 * that is on its way and will be answered. The effects for one cell reach it in their order.
 */
export type SupervisorEffect =
  | { readonly type: 'start'; readonly id: ChildId }
  | { readonly type: 'restart'; readonly id: ChildId }
  | { readonly type: 'release'; readonly id: ChildId; readonly reason: ExitReason }
  | { readonly type: 'halt'; readonly id: ChildId }
  | { readonly type: 'stop'; readonly id: ChildId }
  | { readonly type: 'kill'; readonly id: ChildId; readonly outcome: 'suspend' | 'terminate' }
  | { readonly type: 'discard'; readonly id: ChildId; readonly child: Child }
  | {
      readonly type: 'arm';
      readonly id: ChildId;
      readonly kind: TimerKind;
      readonly delayMs: number;
      readonly token: number;
    }
  | {
      readonly type: 'cancel';
      readonly id: ChildId;
      readonly kind: TimerKind;
      readonly token: number;
    }
  | { readonly type: 'ready' }
  | { readonly type: 'allStopped' }
  | { readonly type: 'fail'; readonly error: Error };
