import type { Random } from '../../../runtime/index.js';
import type { Endpoint } from './endpoint.js';

/**
 * Of two different ones at random that which costs less: nearly as good as the least of all, without looking at
 * all, and without everybody running to the same one.
 *
 * Source: M. Mitzenmacher, The power of two choices in randomized load balancing, IEEE TPDS 12(10), 2001.
 */
export function betterOfTwo(
  endpoints: readonly Endpoint[],
  random: Random,
  costOf: (endpoint: Endpoint) => number,
): Endpoint {
  const count = endpoints.length;
  if (count === 1) return endpoints[0]!;
  const first = Math.floor(random.next() * count);
  const step = 1 + Math.floor(random.next() * (count - 1));
  const one = endpoints[first]!;
  const other = endpoints[(first + step) % count]!;
  return costOf(other) < costOf(one) ? other : one;
}
