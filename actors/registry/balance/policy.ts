import type { Random } from '../../../runtime/index.js';
import type { Endpoint } from './endpoint.js';

/**
 * How one of several endpoints is chosen. A policy decides; time, chance and the key of the call are given to it.
 * Those it is given are available and have a weight above 0.
 */
export interface BalancePolicy {
  /** The endpoints are now these, available or not. */
  update(endpoints: readonly Endpoint[]): void;
  /**
   * @param endpoints at least one
   * @param key of the call, for policies that go by it
   */
  choose(
    endpoints: readonly Endpoint[],
    nowMs: number,
    random: Random,
    key: string | undefined,
  ): Endpoint;
  /** A call to that endpoint has taken so long. */
  measured(endpoint: Endpoint, latencyMs: number, nowMs: number): void;
}
