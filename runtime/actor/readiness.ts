/**
 * What has to happen before a cell runs.
 *
 * - `WAITING`: something else than a message: a signal, the end of an open turn, a verdict
 * - `IDLE`: a message alone is reason to schedule it: running, no open turn
 * - `SCHEDULED`: nothing, it stands in the run queue
 * - `RUNNING`: `run` is on the stack; it looks itself for what comes meanwhile
 */
export const Readiness = { WAITING: 0, IDLE: 1, SCHEDULED: 2, RUNNING: 3 } as const;

/** One of the values of {@link Readiness}. */
export type Readiness = (typeof Readiness)[keyof typeof Readiness];
