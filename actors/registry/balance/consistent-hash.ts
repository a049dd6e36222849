import { HashRing, type Random } from '../../../runtime/index.js';
import { badOption } from '../options.js';
import type { Endpoint } from './endpoint.js';
import type { BalancePolicy } from './policy.js';

/** Greatest weight on the ring: more makes no finer shares, only more points. */
const MAX_RING_WEIGHT = 100;

/**
 * The same key to the same endpoint, for caches. When endpoints come or go only their own keys move; the keys of an
 * ejected one go to those next to it on the ring, and come back.
 */
export class ConsistentHash implements BalancePolicy {
  #ring = new HashRing([]);
  readonly #byId = new Map<string, Endpoint>();

  update(endpoints: readonly Endpoint[]): void {
    this.#byId.clear();
    const nodes = [];
    for (const endpoint of endpoints) {
      const { weight } = endpoint.instance;
      if (weight <= 0) continue;
      this.#byId.set(endpoint.id, endpoint);
      nodes.push({ id: endpoint.id, weight: Math.min(weight, MAX_RING_WEIGHT) });
    }
    this.#ring = new HashRing(nodes);
  }

  /** @throws {TroupeError} ERR_OPTION without a key */
  choose(
    endpoints: readonly Endpoint[],
    _nowMs: number,
    _random: Random,
    key: string | undefined,
  ): Endpoint {
    if (typeof key !== 'string') throw badOption('pick.key', key, 'the key of the call');
    const first = this.#at(this.#ring.indexOf(key));
    if (endpoints.includes(first)) return first;
    for (const place of this.#ring.replicasOf(key, this.#ring.nodes.length)) {
      const endpoint = this.#at(place);
      if (endpoints.includes(endpoint)) return endpoint;
    }
    return endpoints[0]!;
  }

  measured(): void {}

  #at(place: number): Endpoint {
    return this.#byId.get(this.#ring.nodes[place]!.id)!;
  }
}
