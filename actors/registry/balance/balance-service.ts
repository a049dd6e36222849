import type { Message } from '../../../runtime/index.js';
import type { RegistryClient } from '../client.js';
import type { Query } from '../query.js';
import { Balancer, type BalancerOptions } from './balancer.js';

/** A balancer that follows what the registry finds. */
export interface ServiceBalancer<M extends Message = never> {
  readonly balancer: Balancer<M>;
  /** Ends the following. */
  stop(): void;
}

/**
 * Balances over the healthy instances of a service, as the replica of this thread knows them.
 * @throws {TroupeError} ERR_OPTION for malformed options or queries
 */
export function balanceService<M extends Message = never>(
  client: RegistryClient,
  service: string,
  options: BalancerOptions = {},
  query?: Query,
): ServiceBalancer<M> {
  const balancer = new Balancer<M>(options);
  const stop = client.listen(service, ({ instances }) => balancer.update(instances), query);
  return { balancer, stop };
}
