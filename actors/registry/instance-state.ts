/** The states of an instance. Only `up`, and on request `degraded`, are found by `discover`. */
export const INSTANCE_STATES = ['starting', 'up', 'degraded', 'draining', 'down'] as const;
/** One of {@link INSTANCE_STATES}. */
export type InstanceState = (typeof INSTANCE_STATES)[number];

/** What moves an instance: verdicts of its health checks, and its owner's wish to drain or to come back. */
export const INSTANCE_EVENTS = ['passing', 'warning', 'critical', 'drain', 'resume'] as const;
/** One of {@link INSTANCE_EVENTS}. */
export type InstanceEvent = (typeof INSTANCE_EVENTS)[number];

/**
 * | state \ event | passing  | warning  | critical | drain    | resume   |
 * |---------------|----------|----------|----------|----------|----------|
 * | starting      | up       | degraded | down     | draining | starting |
 * | up            | up       | degraded | down     | draining | up       |
 * | degraded      | up       | degraded | down     | draining | degraded |
 * | draining      | draining | draining | draining | draining | starting |
 * | down          | up       | degraded | down     | draining | down     |
 *
 * No verdict of a check ends `draining`: only `resume` or deregistration does. Removal is possible from every
 * state and is no state.
 */
export const INSTANCE_TRANSITIONS: Readonly<
  Record<InstanceState, Readonly<Record<InstanceEvent, InstanceState>>>
> = {
  starting: {
    passing: 'up',
    warning: 'degraded',
    critical: 'down',
    drain: 'draining',
    resume: 'starting',
  },
  up: { passing: 'up', warning: 'degraded', critical: 'down', drain: 'draining', resume: 'up' },
  degraded: {
    passing: 'up',
    warning: 'degraded',
    critical: 'down',
    drain: 'draining',
    resume: 'degraded',
  },
  draining: {
    passing: 'draining',
    warning: 'draining',
    critical: 'draining',
    drain: 'draining',
    resume: 'starting',
  },
  down: { passing: 'up', warning: 'degraded', critical: 'down', drain: 'draining', resume: 'down' },
};
