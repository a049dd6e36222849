import type { LeaseClock } from './lease-clock.js';

/** A lease: who has it, and until when. Times are lease time, see {@link LeaseClock}. */
export interface Lease {
  readonly key: string;
  readonly slot: number;
  readonly generation: number;
  ttlMs: number;
  renewedAtMs: number;
}

/** Where heartbeats are read: the moment of the last one of a slot, monotonic. */
export interface Beats {
  lastBeatMs(slot: number, nowMs: number): number;
}

/** Leases by key, each in a numbered slot. Slots are used again under a new generation. */
export class LeaseTable {
  readonly #clock: LeaseClock;
  readonly #capacity: number;
  readonly #leases = new Map<string, Lease>();
  readonly #freeSlots: number[] = [];
  #slotCount = 0;
  #generation: number;

  /**
   * @param capacity leases at a time
   * @param generation number given last, by a former registry on the same memory
   */
  constructor(clock: LeaseClock, capacity: number, generation: number) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#generation = generation;
  }

  get size(): number {
    return this.#leases.size;
  }

  get(key: string): Lease | undefined {
    return this.#leases.get(key);
  }

  /** @returns undefined when all slots are taken */
  open(key: string, ttlMs: number, nowMs: number): Lease | undefined {
    const slot = this.#freeSlots.pop() ?? this.#slotCount;
    if (slot >= this.#capacity) return undefined;
    if (slot === this.#slotCount) this.#slotCount++;
    this.#generation = this.#generation >= 2 ** 31 - 1 ? 1 : this.#generation + 1;
    const lease = {
      key,
      slot,
      generation: this.#generation,
      ttlMs,
      renewedAtMs: this.#clock.at(nowMs),
    };
    this.#leases.set(key, lease);
    return lease;
  }

  close(key: string): void {
    const lease = this.#leases.get(key);
    if (lease === undefined) return;
    this.#leases.delete(key);
    this.#freeSlots.push(lease.slot);
  }

  renew(lease: Lease, momentMs: number): void {
    const renewedAtMs = this.#clock.at(momentMs);
    if (renewedAtMs > lease.renewedAtMs) lease.renewedAtMs = renewedAtMs;
  }

  /** Takes in all heartbeats. @returns the leases that have run out */
  overdue(beats: Beats, nowMs: number): Lease[] {
    const leaseNowMs = this.#clock.at(nowMs);
    const found: Lease[] = [];
    for (const lease of this.#leases.values()) {
      this.renew(lease, beats.lastBeatMs(lease.slot, nowMs));
      if (leaseNowMs - lease.renewedAtMs > lease.ttlMs) found.push(lease);
    }
    return found;
  }
}
