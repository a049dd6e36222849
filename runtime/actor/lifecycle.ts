import { InvariantError } from '../base/assert.js';

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
export const CellEvent = { STARTED: 0, END: 1, SUSPEND: 2, TERMINATE: 3, RESTART: 4 } as const;

export type CellEvent = (typeof CellEvent)[keyof typeof CellEvent];

/** The events for people, in the order of their numbers. */
export const CELL_EVENT_NAMES = ['started', 'end', 'suspend', 'terminate', 'restart'] as const;

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
 * `-` is impossible: the caller has looked at the status before. Rows and columns are by number: each actor that
 * comes and goes passes here three times.
 */
export const CELL_TRANSITIONS: readonly (readonly (CellStatus | null)[])[] = [
  [RUNNING, ENDING, SUSPENDED, TERMINATED, null],
  [null, ENDING, SUSPENDED, TERMINATED, null],
  [null, ENDING, SUSPENDED, TERMINATED, null],
  [null, null, null, TERMINATED, STARTING],
  [null, null, null, null, null],
];

const TRANSITIONS = CELL_TRANSITIONS;

/** The status after an event. @throws {InvariantError} for an impossible one */
export function nextStatus(status: CellStatus, event: CellEvent): CellStatus {
  const next = TRANSITIONS[status]![event]!;
  if (next === null) throw impossible(status, event);
  return next;
}

function impossible(status: CellStatus, event: CellEvent): InvariantError {
  return new InvariantError(`${CELL_EVENT_NAMES[event]} in status ${CELL_STATUS_NAMES[status]}`);
}
