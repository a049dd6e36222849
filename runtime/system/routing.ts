import { HashRing } from '../base/placement/hash-ring.js';

/** How a pool chooses the worker for a message. */
export type Routing = 'round-robin' | 'least-loaded' | 'consistent-hash' | 'broadcast';

/** All routings. */
export const ROUTINGS: readonly Routing[] = [
  'round-robin',
  'least-loaded',
  'consistent-hash',
  'broadcast',
];

/** Digits of the ids of workers: ids of one length have the order of their numbers. */
const WORKER_DIGITS = 5;

/** The ring that `consistent-hash` uses: the place of a key is the number of its worker. */
export function workerRing(count: number): HashRing {
  const idOf = (worker: number): string => String(worker).padStart(WORKER_DIGITS, '0');
  return new HashRing(Array.from({ length: count }, (_, worker) => ({ id: idOf(worker) })));
}

/** The index of the least load; of equal ones the first after `from`, so that all get their share. */
export function leastLoaded(loads: readonly number[], from: number): number {
  let best = from % loads.length;
  for (let step = 1; step < loads.length; step++) {
    const index = (from + step) % loads.length;
    if (loads[index]! < loads[best]!) best = index;
  }
  return best;
}
