import { ENDPOINT_TRANSITIONS, type Endpoint, type EndpointEvent } from './endpoint.js';

/** When an endpoint is left out. */
export interface EjectionLimits {
  /** Failures in a row; 5 unless given. */
  readonly failures: number;
  /** Time of the first ejection in ms, 30,000 unless given; the n-th lasts n times as long. */
  readonly baseMs: number;
  /** Longest ejection; 300,000 unless given. */
  readonly maxMs: number;
  /** Greatest share that may be ejected at a time, 0 to 1; 0.1 unless given. One always may, beside others. */
  readonly share: number;
}

/**
 * Leaves out endpoints that fail again and again, for a time that grows each time, and never many of them: when all
 * fail the fault lies elsewhere.
 *
 * Source: Envoy, outlier detection (consecutive failures, max_ejection_percent).
 */
export class OutlierEjection {
  readonly #limits: EjectionLimits;

  constructor(limits: EjectionLimits) {
    this.#limits = limits;
  }

  /** Takes in a result. @returns true when the endpoint is ejected by it */
  result(endpoint: Endpoint, isFailure: boolean, all: readonly Endpoint[], nowMs: number): boolean {
    if (endpoint.state === 'ejected') return false;
    move(endpoint, isFailure ? 'failure' : 'success');
    endpoint.failuresInRow = isFailure ? endpoint.failuresInRow + 1 : 0;
    if (endpoint.failuresInRow < this.#limits.failures || !this.#hasRoom(all)) return false;
    const { baseMs, maxMs } = this.#limits;
    if (nowMs - endpoint.ejectedUntilMs > maxMs) endpoint.ejectionCount = 0;
    endpoint.ejectionCount++;
    endpoint.ejectedUntilMs = nowMs + Math.min(maxMs, baseMs * endpoint.ejectionCount);
    endpoint.failuresInRow = 0;
    move(endpoint, 'outlier');
    return true;
  }

  /** Lets back those whose time is over: they start slowly. @returns true when there was one */
  release(all: readonly Endpoint[], nowMs: number): boolean {
    let isAny = false;
    for (const endpoint of all) {
      if (endpoint.state !== 'ejected' || nowMs < endpoint.ejectedUntilMs) continue;
      move(endpoint, 'time-over');
      endpoint.sinceMs = nowMs;
      isAny = true;
    }
    return isAny;
  }

  #hasRoom(all: readonly Endpoint[]): boolean {
    const ejected = all.filter(({ state }) => state === 'ejected').length;
    return (
      all.length > 1 && ejected + 1 <= Math.max(1, Math.floor(this.#limits.share * all.length))
    );
  }
}

function move(endpoint: Endpoint, event: EndpointEvent): void {
  endpoint.state = ENDPOINT_TRANSITIONS[endpoint.state][event];
}
