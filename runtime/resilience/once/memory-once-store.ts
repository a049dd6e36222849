import { checkCount } from '../../base/check-option.js';
import { type Clock, systemClock } from '../../base/clock.js';
import { steady } from '../steady-clock.js';
import type { OnceRecord, OnceStore } from './once-store.js';

/** Records in the memory of this thread: bounded, lost with it. */
export class MemoryOnceStore implements OnceStore {
  readonly clock: Clock;
  readonly #most: number;
  /** In the order in which they were last set. */
  readonly #records = new Map<string, OnceRecord>();

  /** @param most records kept; the oldest finished ones give way, and duplicates of those run again */
  constructor(most = 100_000, clock: Clock = systemClock) {
    this.#most = checkCount('most', most, 1, 1e9);
    this.clock = steady(clock);
  }

  get size(): number {
    return this.#records.size;
  }

  async get(key: string): Promise<OnceRecord | undefined> {
    return this.#records.get(key);
  }

  async replace(
    key: string,
    expected: OnceRecord | undefined,
    next: OnceRecord | undefined,
  ): Promise<boolean> {
    if (this.#records.get(key) !== expected) return false;
    this.#records.delete(key);
    if (next !== undefined) this.#records.set(key, next);
    if (this.#records.size > this.#most) this.#makeRoom();
    return true;
  }

  /** Those that run are kept, also above the bound: they are bounded by the calls under way. */
  #makeRoom(): void {
    for (const [key, { status }] of this.#records) {
      if (status === 'running') continue;
      this.#records.delete(key);
      return;
    }
  }
}
