import { checkNames } from '../../runtime/index.js';
import { checkedNumber, checkedTtl } from './options.js';

/** How a registry works. Every field has a default. */
export interface RegistryOptions {
  /** Instances at a time, 1 to 1,000,000; 16,384. */
  readonly instanceCount?: number;
  /** Services at a time; those without instances give way to new ones; 10,000. */
  readonly serviceCount?: number;
  /** Changes of a service that a watcher may fall behind before it gets a snapshot; 1024. */
  readonly historyCount?: number;
  /** Watches at a time; 10,000. */
  readonly watchCount?: number;
  /** Time between two sweeps, which end leases, overdue checks, holds and locks, 10 to 60,000 ms; 1000. */
  readonly sweepMs?: number;
  /** Share of the leases that one sweep may end, and above which being overdue starts self-preservation; 0.15. */
  readonly evictionShare?: number;
  /** Leases below which there is no self-preservation; 10. */
  readonly preserveMinCount?: number;
  /** Longest self-preservation in ms; 60,000. */
  readonly preserveMs?: number;
  /** Time in ms for which a lock stays closed after its holder was lost, 0 or more; 1000. */
  readonly lockDelayMs?: number;
  /** Most that wait for one lock; 1000. */
  readonly lockWaiterCount?: number;
  /** Penalty from which an instance that comes and goes is held down; each time costs 1; 4. */
  readonly holdAt?: number;
  /** Time in ms in which half of the penalty is forgiven; 30,000. */
  readonly flapHalfLifeMs?: number;
  /** Entries of the history of one instance; 16. */
  readonly entryCount?: number;
}

/** The options with their defaults. */
export type RegistryLimits = Required<RegistryOptions>;

/** @throws {TroupeError} ERR_OPTION naming the option */
export function registryLimits(options: RegistryOptions): RegistryLimits {
  const count = (name: keyof RegistryOptions, fallback: number, high: number): number =>
    Math.floor(checkedNumber(`registry.${name}`, options[name] ?? fallback, 1, high));
  const limits = {
    instanceCount: count('instanceCount', 16_384, 1e6),
    serviceCount: count('serviceCount', 10_000, 1e6),
    historyCount: count('historyCount', 1024, 1e6),
    watchCount: count('watchCount', 10_000, 1e6),
    sweepMs: checkedNumber('registry.sweepMs', options.sweepMs ?? 1000, 10, 60_000),
    evictionShare: checkedNumber('registry.evictionShare', options.evictionShare ?? 0.15, 0, 1),
    preserveMinCount: count('preserveMinCount', 10, 1e6),
    preserveMs: checkedTtl('registry.preserveMs', options.preserveMs ?? 60_000),
    lockDelayMs: checkedNumber('registry.lockDelayMs', options.lockDelayMs ?? 1000, 0, 1e9),
    lockWaiterCount: count('lockWaiterCount', 1000, 1e6),
    holdAt: checkedNumber('registry.holdAt', options.holdAt ?? 4, 2, 1e6),
    flapHalfLifeMs: checkedTtl('registry.flapHalfLifeMs', options.flapHalfLifeMs ?? 30_000),
    entryCount: count('entryCount', 16, 1000),
  };
  checkNames<RegistryOptions>('registry', options, limits);
  return limits;
}
