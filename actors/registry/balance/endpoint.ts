import type { Instance } from '../instance.js';

/** Whether an endpoint is given calls. */
export const ENDPOINT_STATES = ['active', 'ejected'] as const;
/** One of {@link ENDPOINT_STATES}. */
export type EndpointState = (typeof ENDPOINT_STATES)[number];

/** What happens to an endpoint; `outlier`: too many failures in a row, and there is room to eject it. */
export const ENDPOINT_EVENTS = ['success', 'failure', 'outlier', 'time-over'] as const;
/** One of {@link ENDPOINT_EVENTS}. */
export type EndpointEvent = (typeof ENDPOINT_EVENTS)[number];

/**
 * | state \ event | success | failure | outlier | time-over |
 * |---------------|---------|---------|---------|-----------|
 * | active        | active  | active  | ejected | active    |
 * | ejected       | ejected | ejected | ejected | active    |
 *
 * Late results of calls from before an ejection change nothing of it; only its time ends it.
 */
export const ENDPOINT_TRANSITIONS: Readonly<
  Record<EndpointState, Readonly<Record<EndpointEvent, EndpointState>>>
> = {
  active: { success: 'active', failure: 'active', outlier: 'ejected', 'time-over': 'active' },
  ejected: { success: 'ejected', failure: 'ejected', outlier: 'ejected', 'time-over': 'active' },
};

/** An instance with what a balancer has learned of it. Written by the balancer and its policy only. */
export class Endpoint {
  instance: Instance<never>;
  state: EndpointState;
  /** Calls under way. */
  inFlightCount: number;
  /** Since when it takes part: its load grows from there. */
  sinceMs: number;
  failuresInRow: number;
  ejectionCount: number;
  ejectedUntilMs: number;
  /** Latency with recent peaks, in ms; 0: never measured. */
  latencyMs: number;
  latencyAtMs: number;
  /** What it is owed by the smooth weighted round robin. */
  credit: number;
  /** Its share now: the weight of the instance, less while it starts. */
  weight: number;

  constructor(instance: Instance<never>, sinceMs: number) {
    this.instance = instance;
    this.state = 'active';
    this.inFlightCount = 0;
    this.sinceMs = sinceMs;
    this.failuresInRow = 0;
    this.ejectionCount = 0;
    this.ejectedUntilMs = 0;
    this.latencyMs = 0;
    this.latencyAtMs = sinceMs;
    this.credit = 0;
    this.weight = instance.weight;
  }

  get id(): string {
    return this.instance.instance;
  }
}
