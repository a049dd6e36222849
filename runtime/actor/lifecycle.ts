import { assert } from '../base/assert.js';

/**
 * The life of an actor's cell. The cell stays, with reference and mail, while incarnations come and go.
 *
 * ```
 *            started            ended (suspend)
 *  STARTING ---------> RUNNING ----> ENDING ----> SUSPENDED
 *     ^  |  failed, end    | failed, end |            |  |
 *     |  +-------------> ENDING          | ended      |  | release
 *     |        restart                   v (final)    |  v
 *     +------------------------------ TERMINATED <----+--+
 * ```
 */
export const CellStatus = {
  /** `init` is running or waits for its module. */
  STARTING: 0,
  RUNNING: 1,
  /** The incarnation is over; its open turn, children and `stopped` hook are waited for. */
  ENDING: 2,
  /** No incarnation; the supervisor decides what next. Messages keep coming into the mailbox. */
  SUSPENDED: 3,
  TERMINATED: 4,
} as const;

export type CellStatus = (typeof CellStatus)[keyof typeof CellStatus];

/** The statuses for people, in the order of their numbers. */
export const CELL_STATUS_NAMES = [
  'starting',
  'running',
  'ending',
  'suspended',
  'terminated',
] as const;

/** What can happen to a cell. */
export const CELL_EVENTS = ['started', 'end', 'suspend', 'terminate', 'restart'] as const;
export type CellEvent = (typeof CELL_EVENTS)[number];

const { STARTING, RUNNING, ENDING, SUSPENDED, TERMINATED } = CellStatus;

/**
 * | status \ event | started | end    | suspend   | terminate  | restart  |
 * |----------------|---------|--------|-----------|------------|----------|
 * | starting       | running | ending | suspended | terminated | -        |
 * | running        | -       | ending | suspended | terminated | -        |
 * | ending         | -       | ending | suspended | terminated | -        |
 * | suspended      | -       | -      | -         | terminated | starting |
 * | terminated     | -       | -      | -         | -          | -        |
 *
 * `end`: failure, stop, halt. `suspend` and `terminate` follow `end`, or come at once with a kill.
 * `-` is impossible: the caller has looked at the status before.
 */
export const CELL_TRANSITIONS: Readonly<
  Record<CellStatus, Readonly<Partial<Record<CellEvent, CellStatus>>>>
> = {
  [STARTING]: { started: RUNNING, end: ENDING, suspend: SUSPENDED, terminate: TERMINATED },
  [RUNNING]: { end: ENDING, suspend: SUSPENDED, terminate: TERMINATED },
  [ENDING]: { end: ENDING, suspend: SUSPENDED, terminate: TERMINATED },
  [SUSPENDED]: { terminate: TERMINATED, restart: STARTING },
  [TERMINATED]: {},
};

/** The status after an event. @throws {InvariantError} for an impossible one */
export function nextStatus(status: CellStatus, event: CellEvent): CellStatus {
  const next = CELL_TRANSITIONS[status][event];
  assert(next !== undefined, () => `${event} in status ${CELL_STATUS_NAMES[status]}`);
  return next;
}
