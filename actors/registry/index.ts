export { balanceService, type ServiceBalancer } from './balance/balance-service.js';
export {
  type BalancedCall,
  Balancer,
  type BalancerOptions,
  type PolicyName,
} from './balance/balancer.js';
export { type ClientOwner, connectRegistry, RegistryClient } from './client.js';
export type { RegistryEvent } from './effects.js';
export type { HealthFunction } from './function-check.js';
export type { HealthStatus } from './health.js';
export type { Instance, InstanceData, RemovalReason } from './instance.js';
export type { InstanceEntry } from './instance-history.js';
export {
  INSTANCE_EVENTS,
  INSTANCE_STATES,
  INSTANCE_TRANSITIONS,
  type InstanceEvent,
  type InstanceState,
} from './instance-state.js';
export type { Lock } from './lock.js';
export type { LockHolder } from './lock-table.js';
export type { InstanceName, InstanceResult, RegisterResult } from './membership.js';
export type { LockResult, OwnerSpec, RegistryMessage, RegistryNews } from './protocol.js';
export type { Discovery, DiscoveryReason, Query } from './query.js';
export type { CheckSpec, RegistrationSpec } from './registration.js';
export type { Registration } from './registration-handle.js';
export { RegistryActor, type RegistryArgs, registryArgs } from './registry-actor.js';
export type { RegistryStatus } from './registry-core.js';
export type { RegistryOptions } from './registry-options.js';
export { type StartOptions, startRegistry } from './start-registry.js';
export type { WatchEvent, WatchedChange } from './watch-table.js';
