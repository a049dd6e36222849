/**
 * Where a child is in its life, as its supervisor knows it. The child keeps its identity over
 * restarts; only its incarnations end.
 *
 * - `pending`: declared, its first start has not been ordered
 * - `starting`: the first incarnation initialises
 * - `running`
 * - `halting`: the incarnation was told to end, the cell to stay for a restart
 * - `suspended`: the incarnation is over, the cell keeps its mail and waits for the verdict
 * - `backoff`: suspended, and a delay runs
 * - `restarting`: the verdict was a restart, the new incarnation initialises
 * - `stopping`: told to end for good
 * - `releasing`: the verdict was the end, the cell is being taken down
 * - `gone`: forgotten; late reports about it mean nothing
 */
export type ChildPhase =
  | 'pending'
  | 'starting'
  | 'running'
  | 'halting'
  | 'suspended'
  | 'backoff'
  | 'restarting'
  | 'stopping'
  | 'releasing'
  | 'gone';

/**
 * What moves a child. Reports come from its cell: `started`, `startFailed`, `exited`, `terminated`.
 * Decisions come from its supervisor: the others.
 */
export type ChildEvent =
  | 'started'
  | 'startFailed'
  | 'exited'
  | 'terminated'
  | 'start'
  | 'halt'
  | 'stop'
  | 'delay'
  | 'hold'
  | 'restart'
  | 'release'
  | 'discard';

/** All events, in the order of the table. */
export const CHILD_EVENTS: readonly ChildEvent[] = [
  'started',
  'startFailed',
  'exited',
  'terminated',
  'start',
  'halt',
  'stop',
  'delay',
  'hold',
  'restart',
  'release',
  'discard',
];

/**
 * The life of a child: phase x event -> phase. A missing entry is a defect, of the supervisor for a
 * decision, of the cell for a report. An entry that leads to its own phase is a late report.
 *
 * |              | started | startFailed | exited    | terminated | decisions                                    |
 * |--------------|---------|-------------|-----------|------------|----------------------------------------------|
 * | `pending`    |         |             |           |            | start: starting, discard: gone               |
 * | `starting`   | running | suspended   | suspended | gone       | halt: halting, stop: stopping                |
 * | `running`    |         |             | suspended | gone       | halt: halting, stop: stopping                |
 * | `halting`    | halting | suspended   | suspended | gone       | stop: stopping                               |
 * | `suspended`  |         |             | suspended | gone       | delay: backoff, restart: restarting,         |
 * |              |         |             |           |            | release: releasing                           |
 * | `backoff`    |         |             | backoff   | gone       | hold: suspended, restart: restarting,        |
 * |              |         |             |           |            | release: releasing                           |
 * | `restarting` | running |             | suspended | gone       | halt: halting, stop: stopping                |
 * | `stopping`   | stopping| suspended   | suspended | gone       |                                              |
 * | `releasing`  | releasing |           | releasing | gone       |                                              |
 *
 * Between two phases a report and a decision can cross: a child that is `halting` or `stopping` may
 * still report the start, or an exit of its own.
 */
export const CHILD_TRANSITIONS: Readonly<
  Record<ChildPhase, Readonly<Partial<Record<ChildEvent, ChildPhase>>>>
> = {
  pending: { start: 'starting', discard: 'gone' },
  starting: {
    started: 'running',
    startFailed: 'suspended',
    exited: 'suspended',
    terminated: 'gone',
    halt: 'halting',
    stop: 'stopping',
  },
  running: { exited: 'suspended', terminated: 'gone', halt: 'halting', stop: 'stopping' },
  halting: {
    started: 'halting',
    startFailed: 'suspended',
    exited: 'suspended',
    terminated: 'gone',
    stop: 'stopping',
  },
  suspended: {
    exited: 'suspended',
    terminated: 'gone',
    delay: 'backoff',
    restart: 'restarting',
    release: 'releasing',
  },
  backoff: {
    exited: 'backoff',
    terminated: 'gone',
    hold: 'suspended',
    restart: 'restarting',
    release: 'releasing',
  },
  restarting: {
    started: 'running',
    exited: 'suspended',
    terminated: 'gone',
    halt: 'halting',
    stop: 'stopping',
  },
  stopping: {
    started: 'stopping',
    startFailed: 'suspended',
    exited: 'suspended',
    terminated: 'gone',
  },
  releasing: { started: 'releasing', exited: 'releasing', terminated: 'gone' },
  gone: {},
};

/** True for the phases in which an incarnation lives. */
export const INCARNATION_LIVES: Readonly<Record<ChildPhase, boolean>> = {
  pending: false,
  starting: true,
  running: true,
  halting: true,
  suspended: false,
  backoff: false,
  restarting: true,
  stopping: true,
  releasing: false,
  gone: false,
};
