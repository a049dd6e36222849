import { hash32 } from '../base/hash.js';

/** How a pool chooses the worker for a message. */
export type Routing = 'round-robin' | 'least-loaded' | 'consistent-hash' | 'broadcast';

/** All routings. */
export const ROUTINGS: readonly Routing[] = [
  'round-robin',
  'least-loaded',
  'consistent-hash',
  'broadcast',
];

/** Points of each worker on the hash ring: enough to even out shares to a few percent. */
const POINTS_PER_WORKER = 128;

/** A ring of hashes on which each worker has many points; a key belongs to the next point. */
export class HashRing {
  readonly #hashes: Uint32Array;
  readonly #workers: Uint16Array;

  /** @param count of workers, 1 to 65,535 */
  constructor(count: number) {
    const points: { hash: number; worker: number }[] = [];
    for (let worker = 0; worker < count; worker++) {
      for (let point = 0; point < POINTS_PER_WORKER; point++) {
        points.push({ hash: hash32(`${worker}/${point}`), worker });
      }
    }
    points.sort((one, other) => one.hash - other.hash || one.worker - other.worker);
    this.#hashes = Uint32Array.from(points, ({ hash }) => hash);
    this.#workers = Uint16Array.from(points, ({ worker }) => worker);
  }

  /** The worker of a key: always the same one for the same key and number of workers. */
  workerOf(key: string): number {
    const hash = hash32(key);
    let low = 0;
    let high = this.#hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#hashes[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return this.#workers[low === this.#hashes.length ? 0 : low]!;
  }
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
