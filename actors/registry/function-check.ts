import { HEALTH_STATUSES, type HealthStatus } from './health.js';

/**
 * A check of one's own. What it returns, or its promise resolves with: a status; `false` is critical; all else,
 * `undefined` included, is passing. What it throws, at once or as a rejection, is critical.
 */
export type HealthFunction = () => unknown;

/** When a check runs, and what its result means; time comes from outside. */
export class FunctionCheck {
  readonly #call: HealthFunction;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  readonly #report: (result: HealthStatus, output: string) => void;
  #nextMs = Number.NEGATIVE_INFINITY;
  /** Counts the runs: what a run says after its time is over means nothing. */
  #run = 0;
  #pendingSinceMs: number | undefined = undefined;

  constructor(
    call: HealthFunction,
    intervalMs: number,
    timeoutMs: number,
    report: (result: HealthStatus, output: string) => void,
  ) {
    this.#call = call;
    this.#intervalMs = intervalMs;
    this.#timeoutMs = timeoutMs;
    this.#report = report;
  }

  /** To be called again and again. */
  turn(nowMs: number): void {
    if (this.#pendingSinceMs !== undefined && nowMs - this.#pendingSinceMs > this.#timeoutMs) {
      this.#settle(this.#run, 'critical', `no result for ${this.#timeoutMs} ms`);
    }
    if (this.#pendingSinceMs !== undefined || nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + this.#intervalMs;
    this.#pendingSinceMs = nowMs;
    const run = ++this.#run;
    const onValue = (value: unknown): void => this.#settle(run, ...meaningOf(value));
    const onError = (error: unknown): void => {
      this.#settle(run, 'critical', error instanceof Error ? error.message : String(error));
    };
    try {
      const value = this.#call();
      if (value instanceof Promise) value.then(onValue, onError);
      else onValue(value);
    } catch (error) {
      onError(error);
    }
  }

  #settle(run: number, result: HealthStatus, output: string): void {
    if (run !== this.#run || this.#pendingSinceMs === undefined) return;
    this.#pendingSinceMs = undefined;
    this.#report(result, output);
  }
}

function meaningOf(value: unknown): [HealthStatus, string] {
  if (value === false) return ['critical', 'it said false'];
  const status = HEALTH_STATUSES.find((known) => known === value);
  return [status ?? 'passing', ''];
}
