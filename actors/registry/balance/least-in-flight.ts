import type { Random } from '../../../runtime/index.js';
import type { Endpoint } from './endpoint.js';
import type { BalancePolicy } from './policy.js';
import { betterOfTwo } from './two-choices.js';

/** Of two at random that with fewer calls under way for its weight. */
export class LeastInFlight implements BalancePolicy {
  update(): void {}

  choose(endpoints: readonly Endpoint[], _nowMs: number, random: Random): Endpoint {
    return betterOfTwo(endpoints, random, costOf);
  }

  measured(): void {}
}

function costOf({ inFlightCount, weight }: Endpoint): number {
  return (inFlightCount + 1) / weight;
}
