/**
 * Where a supervisor is in its life.
 *
 * - `running`: children may come, fail and be restarted
 * - `starting`: the declared children start one after another; failures of others wait
 * - `stopping`: children end one after another in reverse order, nobody is restarted
 * - `over`: the last effect was given
 */
export type SupervisorMode = 'running' | 'starting' | 'stopping' | 'over';

/** What moves a supervisor. */
export type SupervisorEvent = 'declare' | 'ready' | 'shutdown' | 'emptied';

/**
 * The life of a supervisor: mode x event -> mode. A missing entry is a defect.
 *
 * |            | declare  | ready   | shutdown | emptied |
 * |------------|----------|---------|----------|---------|
 * | `running`  | starting |         | stopping |         |
 * | `starting` |          | running | stopping |         |
 * | `stopping` |          |         |          | over    |
 * | `over`     |          |         |          |         |
 */
export const SUPERVISOR_TRANSITIONS: Readonly<
  Record<SupervisorMode, Readonly<Partial<Record<SupervisorEvent, SupervisorMode>>>>
> = {
  running: { declare: 'starting', shutdown: 'stopping' },
  starting: { ready: 'running', shutdown: 'stopping' },
  stopping: { emptied: 'over' },
  over: {},
};
