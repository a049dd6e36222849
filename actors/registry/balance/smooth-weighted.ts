import type { Endpoint } from './endpoint.js';
import type { BalancePolicy } from './policy.js';

/**
 * Each in proportion to its weight, and spread evenly: weights 5, 1, 1 give `aabacaa`, not `aaaaabc`. Each choice gives
 * everyone its weight as credit, takes whoever has most, and charges it the sum.
 *
 * Source: nginx, commit 52327e0 (smooth weighted round-robin balancing).
 */
export class SmoothWeighted implements BalancePolicy {
  update(): void {}

  choose(endpoints: readonly Endpoint[]): Endpoint {
    let sum = 0;
    let best = endpoints[0]!;
    for (const endpoint of endpoints) {
      sum += endpoint.weight;
      endpoint.credit += endpoint.weight;
      if (endpoint.credit > best.credit) best = endpoint;
    }
    best.credit -= sum;
    return best;
  }

  measured(): void {}
}
