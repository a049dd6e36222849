import type { Endpoint } from './endpoint.js';
import type { BalancePolicy } from './policy.js';

/** One after the other, whatever their weights. Which comes next is counted, so every one has its turn. */
export class RoundRobin implements BalancePolicy {
  #next = 0;

  update(): void {}

  choose(endpoints: readonly Endpoint[]): Endpoint {
    const at = this.#next % endpoints.length;
    this.#next = at + 1;
    return endpoints[at]!;
  }

  measured(): void {}
}
