import type { Address } from '../ref/address.js';
import type { EarlyArrivals } from './early-arrivals.js';
import type { Recovery } from './recovery.js';

/** The two who keep what comes before its actor: after the death of a thread, and ahead of a spawn. */
interface Keepers {
  readonly recovery: Recovery;
  readonly early: EarlyArrivals;
}

/**
 * True when something waits for this actor already: what comes now must not overtake it, though the actor may
 * be there meanwhile. Asked for each message and signal, hence the flags first.
 */
export function isHeldBack({ recovery, early }: Keepers, to: Address): boolean {
  return (recovery.hasHeld && recovery.isHeldFor(to)) || (early.hasHeld && early.isHeldFor(to));
}

/** Keeps something until its actor is there, or shows to be gone. @returns false when it is gone already */
export function holdBack({ recovery, early }: Keepers, to: Address, retry: () => void): boolean {
  return recovery.holds(to, retry) || early.holds(to, retry);
}
