import { setImmediate } from 'node:timers/promises';
import type { RegistryClient } from 'troupe/actors';

/** Services, and instances of each: workload K1. */
export const SERVICE_COUNT = 100;
export const INSTANCE_COUNT = 10;
/** A time to live that no lease of a bench comes near to. */
const TTL_MS = 3_600_000;

/** The name of one service. */
export function serviceName(service: number): string {
  return `service-${service}`;
}

/** The name of one instance of a service. */
export function instanceName(port: number): string {
  return `instance-${port}`;
}

/** A full-period generator modulo 2^32 (Numerical Recipes), the same for all subjects. */
export function nextRandom(seed: number): number {
  return (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
}

/** A number below `bound` from the high bits of the seed. */
export function below(seed: number, bound: number): number {
  return Math.floor((seed / 2 ** 32) * bound);
}

/** Registers all instances, each with a lease. @returns the index at which they are all there */
export async function registerAll(client: RegistryClient): Promise<number> {
  let index = 0;
  for (let service = 0; service < SERVICE_COUNT; service++) {
    for (let port = 0; port < INSTANCE_COUNT; port++) {
      const registration = await client.register({
        service: serviceName(service),
        instance: instanceName(port),
        address: `127.0.0.1:${8000 + port}`,
        metadata: { health: '/health' },
        ttlMs: TTL_MS,
      });
      index = registration.index;
    }
  }
  await reached(client, index);
  return index;
}

/** Waits until the replica of this thread has come so far. */
export async function reached(client: RegistryClient, index: number): Promise<void> {
  while (client.index < index) await setImmediate();
}

const SERVICES = Array.from({ length: SERVICE_COUNT }, (_, service) => serviceName(service));
const INSTANCES = Array.from({ length: INSTANCE_COUNT }, (_, port) => instanceName(port));

/** Looks random services up and copies each list. @returns how many instances were found */
export function discoverMany(client: RegistryClient, count: number): number {
  let seed = 7;
  let found = 0;
  for (let i = 0; i < count; i++) {
    seed = nextRandom(seed);
    const { instances } = client.discover(SERVICES[below(seed, SERVICE_COUNT)]!);
    found += [...instances].length;
  }
  return found;
}

/** Renews the leases of random instances by their names. @returns how many were renewed */
export function heartbeatMany(client: RegistryClient, count: number): number {
  let seed = 7;
  let renewed = 0;
  for (let i = 0; i < count; i++) {
    seed = nextRandom(seed);
    const one = below(seed, SERVICE_COUNT * INSTANCE_COUNT);
    const service = SERVICES[Math.floor(one / INSTANCE_COUNT)]!;
    if (client.heartbeat(service, INSTANCES[one % INSTANCE_COUNT]!) === 'renewed') renewed++;
  }
  return renewed;
}
