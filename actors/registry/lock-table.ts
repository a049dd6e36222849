import type { AnyRef } from '../../runtime/index.js';
import type { LeaseClock } from './lease-clock.js';

/** Who has or wants a lock, and by what it is known to be alive: an actor, a time to live, or both. */
export interface LockOwner {
  /** A name for people. */
  readonly name: string;
  /** The lock is given up when this actor is gone. */
  readonly ref: AnyRef | undefined;
  /** The lock is given up when it is not renewed for so long. */
  readonly ttlMs: number | undefined;
}

/** A lock that is held. */
export interface LockHolder {
  readonly name: string;
  /** Fencing token: greater than that of every earlier holder of any lock, also over restarts. */
  readonly token: number;
}

/** Limits of locks. */
export interface LockLimits {
  /** After a holder was lost, not after an orderly release: time in which nobody gets its lock. */
  readonly lockDelayMs: number;
  /** Most that wait for one lock. */
  readonly waiterCount: number;
}

interface Holder extends LockHolder {
  readonly owner: LockOwner;
  renewedAtMs: number;
}

interface Waiter {
  readonly ticket: number;
  readonly owner: LockOwner;
}

interface Lock {
  holder: Holder | undefined;
  /** Lease time before which it is not granted. */
  opensAtMs: number;
  readonly waiters: Waiter[];
}

/** A lock was granted to a waiter. */
export interface Grant {
  readonly key: string;
  readonly ticket: number;
  readonly token: number;
}

/** Tokens of one epoch; the next epoch begins above all of them. */
export const TOKENS_PER_EPOCH = 2 ** 32;

/**
 * Locks with fencing tokens: whoever writes under a lock passes the token along, and the store refuses one that
 * is smaller than the greatest it has seen. The lock alone excludes nobody who was suspended and wakes up late.
 *
 * Source: M. Burrows, The Chubby lock service, OSDI 2006, section 2.4 (sequencers, lock-delay).
 */
export class LockTable {
  readonly #clock: LeaseClock;
  readonly #limits: LockLimits;
  readonly #locks = new Map<string, Lock>();
  readonly #startsAtMs: number;
  readonly #firstToken: number;
  #token: number;

  /** @param epoch counts the restarts of the registry; after one, nobody gets a lock for the lock delay */
  constructor(clock: LeaseClock, limits: LockLimits, epoch: number, nowMs: number) {
    this.#clock = clock;
    this.#limits = limits;
    this.#token = epoch * TOKENS_PER_EPOCH;
    this.#firstToken = this.#token;
    this.#startsAtMs = epoch === 0 ? -Infinity : clock.at(nowMs) + limits.lockDelayMs;
  }

  get size(): number {
    return this.#locks.size;
  }

  /** @returns the holder: the asker's own when it is granted, else the one in the way; undefined in the delay */
  acquire(key: string, owner: LockOwner, nowMs: number): LockHolder | undefined {
    const lock = this.#lock(key);
    const isFree = lock.holder === undefined && lock.waiters.length === 0;
    if (isFree) this.#grant(lock, owner, nowMs);
    return this.holder(key);
  }

  /** Lets an owner wait until it is its turn. @returns false when too many wait already */
  wait(key: string, ticket: number, owner: LockOwner): boolean {
    const lock = this.#lock(key);
    if (lock.waiters.length >= this.#limits.waiterCount) return false;
    lock.waiters.push({ ticket, owner });
    return true;
  }

  /** @returns false when it waits no longer */
  cancel(key: string, ticket: number): boolean {
    const waiters = this.#locks.get(key)?.waiters ?? [];
    const at = waiters.findIndex((waiter) => waiter.ticket === ticket);
    if (at >= 0) waiters.splice(at, 1);
    return at >= 0;
  }

  /**
   * @returns false when the token is not that of the holder. After a restart of the registry the holder of
   *   before takes its lock up again by this, within the lock delay
   */
  renew(key: string, token: number, owner: LockOwner, nowMs: number): boolean {
    const lock = this.#lock(key);
    const isOfBefore = token > 0 && token <= this.#firstToken;
    if (lock.holder === undefined && isOfBefore && this.#clock.at(nowMs) < this.#startsAtMs) {
      lock.holder = { name: owner.name, token, owner, renewedAtMs: this.#clock.at(nowMs) };
      return true;
    }
    if (lock.holder?.token !== token) return false;
    lock.holder.renewedAtMs = this.#clock.at(nowMs);
    return true;
  }

  /** An orderly end: the next one may have it at once. @returns false when the token is not the holder's */
  release(key: string, token: number): boolean {
    const lock = this.#locks.get(key);
    if (lock?.holder?.token !== token) return false;
    lock.holder = undefined;
    return true;
  }

  holder(key: string): LockHolder | undefined {
    const holder = this.#locks.get(key)?.holder;
    return holder === undefined ? undefined : { name: holder.name, token: holder.token };
  }

  /** Those who are lost give up what they hold and what they wait for. @returns owners to be told apart */
  lose(isLost: (owner: LockOwner) => boolean, nowMs: number): number[] {
    const dropped: number[] = [];
    for (const lock of this.#locks.values()) {
      if (lock.holder !== undefined && isLost(lock.holder.owner)) this.#lapse(lock, nowMs);
      for (const waiter of [...lock.waiters]) {
        if (!isLost(waiter.owner)) continue;
        lock.waiters.splice(lock.waiters.indexOf(waiter), 1);
        dropped.push(waiter.ticket);
      }
    }
    return dropped;
  }

  /** Ends what was not renewed. To be called after each tick of the lease clock. */
  expire(nowMs: number): void {
    for (const lock of this.#locks.values()) {
      const { holder } = lock;
      if (holder?.owner.ttlMs === undefined) continue;
      if (this.#clock.at(nowMs) - holder.renewedAtMs > holder.owner.ttlMs) this.#lapse(lock, nowMs);
    }
  }

  /** Gives free locks to those who wait, in their order. */
  grantWaiting(nowMs: number): Grant[] {
    const grants: Grant[] = [];
    for (const [key, lock] of this.#locks) {
      const next = lock.waiters[0];
      if (next !== undefined && lock.holder === undefined) {
        const granted = this.#grant(lock, next.owner, nowMs);
        if (granted !== undefined) {
          lock.waiters.shift();
          grants.push({ key, ticket: next.ticket, token: granted.token });
        }
      }
      const isIdle = lock.holder === undefined && lock.waiters.length === 0;
      if (isIdle && this.#clock.at(nowMs) >= lock.opensAtMs) this.#locks.delete(key);
    }
    return grants;
  }

  #lock(key: string): Lock {
    let lock = this.#locks.get(key);
    if (lock === undefined) {
      lock = { holder: undefined, opensAtMs: this.#startsAtMs, waiters: [] };
      this.#locks.set(key, lock);
    }
    return lock;
  }

  #grant(lock: Lock, owner: LockOwner, nowMs: number): LockHolder | undefined {
    const renewedAtMs = this.#clock.at(nowMs);
    if (renewedAtMs < lock.opensAtMs) return undefined;
    lock.holder = { name: owner.name, token: ++this.#token, owner, renewedAtMs };
    return lock.holder;
  }

  #lapse(lock: Lock, nowMs: number): void {
    lock.holder = undefined;
    lock.opensAtMs = this.#clock.at(nowMs) + this.#limits.lockDelayMs;
  }
}
