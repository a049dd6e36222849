/** States of a key as to loading: `free`, or `leased` to a caller whose loader runs. */
export type LeaseState = 'free' | 'leased';
/** What can happen to it. */
export type LeaseEvent = 'ask' | 'fill' | 'fail' | 'change' | 'expire';
/** What is done then. */
export type LeaseAction = 'grant' | 'wait' | 'settle' | 'retry' | 'refuse' | 'none';

/**
 * What follows in each state: the next state, and what is done. `settle`: those who wait are given the result;
 * `retry`: they are told to ask again; `refuse`: the result is not kept, because the lease it was loaded under is
 * not the present one.
 *
 * Source: Nishtala et al., "Scaling Memcache at Facebook" (2013), 3.2.1, leases.
 */
export const LEASE_TABLE: Readonly<
  Record<LeaseState, Readonly<Record<LeaseEvent, readonly [next: LeaseState, action: LeaseAction]>>>
> = {
  free: {
    ask: ['leased', 'grant'],
    fill: ['free', 'refuse'],
    fail: ['free', 'refuse'],
    change: ['free', 'none'],
    expire: ['free', 'none'],
  },
  leased: {
    ask: ['leased', 'wait'],
    fill: ['free', 'settle'],
    fail: ['free', 'settle'],
    change: ['free', 'retry'],
    expire: ['free', 'retry'],
  },
};

/** A key that is being loaded. */
export interface Lease {
  readonly key: string;
  readonly token: number;
  readonly deadlineMs: number;
  /** Changes of tags before this number were before the load. */
  readonly since: number;
  /** Numbers of those who wait for the result. */
  readonly waiters: Set<number>;
}

/** Which keys are being loaded, each by one caller. A token that is not the present one is void. */
export class LeaseTable {
  readonly #leases = new Map<string, Lease>();
  /** Tags that were invalidated while keys were loading, and when. */
  readonly #tags = new Map<string, number>();
  #lastToken: number;
  #tagCount = 0;

  /** @param firstToken above all that an earlier table gave out */
  constructor(firstToken: number) {
    this.#lastToken = firstToken;
  }

  get size(): number {
    return this.#leases.size;
  }

  stateOf(key: string): LeaseState {
    return this.#leases.has(key) ? 'leased' : 'free';
  }

  /** @returns the token of a new lease, or 0 when the key is leased */
  ask(key: string, deadlineMs: number): number {
    if (LEASE_TABLE[this.stateOf(key)].ask[1] !== 'grant') return 0;
    const token = ++this.#lastToken;
    const since = this.#tagCount;
    this.#leases.set(key, { key, token, deadlineMs, since, waiters: new Set() });
    return token;
  }

  /** The lease of a key, for a waiter to be added to. */
  get(key: string): Lease | undefined {
    return this.#leases.get(key);
  }

  /** Ends the lease with that token. @returns it; undefined when it is void */
  end(key: string, token: number): Lease | undefined {
    const lease = this.#leases.get(key);
    if (lease?.token !== token) return undefined;
    this.#drop(key);
    return lease;
  }

  /** The key was changed. @returns the lease that is void now */
  cancel(key: string): Lease | undefined {
    const lease = this.#leases.get(key);
    if (lease !== undefined) this.#drop(key);
    return lease;
  }

  /** Ends all leases that a test holds for. */
  cancelAll(isVoid: (lease: Lease) => boolean): Lease[] {
    const ended = [...this.#leases.values()].filter(isVoid);
    for (const { key } of ended) this.#drop(key);
    return ended;
  }

  /** Notes that a tag was invalidated: results with it that are being loaded now will be void. */
  tagChanged(tag: string): void {
    if (this.#leases.size > 0) this.#tags.set(tag, ++this.#tagCount);
  }

  /** Whether one of the tags was invalidated since the lease was given, which must not have ended. */
  isOutdated(lease: Lease, tags: readonly string[] | null): boolean {
    return tags?.some((tag) => (this.#tags.get(tag) ?? 0) > lease.since) ?? false;
  }

  #drop(key: string): void {
    this.#leases.delete(key);
    if (this.#leases.size === 0) this.#tags.clear();
  }
}
