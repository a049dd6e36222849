import type { Random } from '../../../runtime/index.js';
import type { Endpoint } from './endpoint.js';
import type { BalancePolicy } from './policy.js';
import { betterOfTwo } from './two-choices.js';

/** What an endpoint that has calls under way and never answered is taken for, in ms. */
const UNKNOWN_LATENCY_MS = 1000;

/**
 * Of two at random that with the smaller product of latency and calls under way. The latency jumps up to a peak at
 * once and comes down by an exponentially weighted moving average, so that a slow one is left at its first
 * slow answer and tried again later.
 *
 * Source: Finagle, PeakEwma load metric.
 */
export class PeakEwma implements BalancePolicy {
  readonly #decayMs: number;

  /** @param decayMs time in which a measured latency loses 63 % of its weight */
  constructor(decayMs: number) {
    this.#decayMs = decayMs;
  }

  update(): void {}

  choose(endpoints: readonly Endpoint[], nowMs: number, random: Random): Endpoint {
    return betterOfTwo(endpoints, random, (endpoint) => this.#costOf(endpoint, nowMs));
  }

  measured(endpoint: Endpoint, latencyMs: number, nowMs: number): void {
    const share = this.#shareLeft(endpoint, nowMs);
    const average = endpoint.latencyMs * share + latencyMs * (1 - share);
    endpoint.latencyMs = Math.max(latencyMs, average);
    endpoint.latencyAtMs = nowMs;
  }

  #costOf(endpoint: Endpoint, nowMs: number): number {
    const { latencyMs, inFlightCount, weight } = endpoint;
    const isUnknown = latencyMs === 0 && inFlightCount > 0;
    const expectedMs = isUnknown
      ? UNKNOWN_LATENCY_MS
      : latencyMs * this.#shareLeft(endpoint, nowMs);
    return (expectedMs * (inFlightCount + 1)) / weight;
  }

  /** What is left of the last measurement's weight. */
  #shareLeft({ latencyAtMs }: Endpoint, nowMs: number): number {
    return Math.exp(-Math.max(0, nowMs - latencyAtMs) / this.#decayMs);
  }
}
