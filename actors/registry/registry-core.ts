import type { AnyRef, Random } from '../../runtime/index.js';
import type { Entry } from './catalog.js';
import type { RegistryEffect } from './effects.js';
import type { HealthStatus } from './health.js';
import { instanceKey } from './instance.js';
import type { InstanceEntry } from './instance-history.js';
import type { InstanceEvent } from './instance-state.js';
import { LeaseClock } from './lease-clock.js';
import type { Beats, Lease } from './lease-table.js';
import { type LockHolder, type LockOwner, LockTable } from './lock-table.js';
import {
  type InstanceName,
  type InstanceResult,
  Membership,
  type RegisterResult,
} from './membership.js';
import { Preservation, type PreservationMode } from './preservation.js';
import { compileQuery, type Discovery, type Query } from './query.js';
import { checkRegistration, type RegistrationSpec } from './registration.js';
import type { RegistryLimits } from './registry-options.js';
import { WatchBook } from './watch-book.js';

/** Indices of one epoch; the next begins above all of them. */
export const INDICES_PER_EPOCH = 2 ** 32;

/** How a registry does. */
export interface RegistryStatus {
  /** Restarts of the registry: what was registered before has to be registered again. */
  readonly epoch: number;
  readonly index: number;
  readonly instances: number;
  readonly leases: number;
  readonly watches: number;
  readonly locks: number;
  readonly preservation: PreservationMode;
  /** Removed in the last sweep because of their leases. */
  readonly evicted: number;
  readonly forgivenMs: number;
}

/**
 * All decisions of a registry: a synchronous machine without clock, chance or I/O. Time and chance are
 * arguments; what it wants done is collected and fetched by {@link takeEffects}.
 */
export class RegistryCore {
  /** Who is told of changes. */
  readonly watches: WatchBook;
  readonly #epoch: number;
  readonly #clock: LeaseClock;
  readonly #members: Membership;
  readonly #locks: LockTable;
  readonly #preservation: Preservation;
  readonly #lockOwners = new Set<string>();
  #evictedCount = 0;
  #hasSkipped = false;

  /**
   * @param epoch restarts of the registry so far
   * @param generation of leases, given last by an earlier epoch
   */
  constructor(limits: RegistryLimits, epoch: number, generation: number, nowMs: number) {
    this.#epoch = epoch;
    this.#clock = new LeaseClock(nowMs, limits.sweepMs);
    this.#members = new Membership(limits, this.#clock, epoch * INDICES_PER_EPOCH, generation);
    this.watches = new WatchBook(this.#members, limits.watchCount);
    this.#preservation = new Preservation(limits);
    const lockLimits = { lockDelayMs: limits.lockDelayMs, waiterCount: limits.lockWaiterCount };
    this.#locks = new LockTable(this.#clock, lockLimits, epoch, nowMs);
  }

  /** @throws {TroupeError} ERR_OPTION */
  register(spec: RegistrationSpec, nowMs: number): RegisterResult {
    return this.#members.register(checkRegistration(spec), nowMs);
  }

  deregister(name: InstanceName, nowMs: number): InstanceResult {
    return this.#with(name, (entry) => {
      this.#members.remove(entry, 'deregistered', 'as its owner asked', nowMs);
    });
  }

  /** The owner's wish: `drain`, `resume`, or that it is ready although no check says so. */
  wish(name: InstanceName, wish: 'drain' | 'resume' | 'ready', nowMs: number): InstanceResult {
    return this.#with(name, (entry) => {
      if (wish === 'ready') entry.startsUp = true;
      else this.#members.move(entry, wish as InstanceEvent, 'as its owner asked', nowMs);
      if (wish !== 'drain') this.#members.judge(entry, nowMs);
    });
  }

  /** A result of a check. Unknown checks are `unknown`, as unknown instances are. */
  report(
    name: InstanceName,
    check: string,
    result: HealthStatus,
    output: string,
    nowMs: number,
  ): InstanceResult {
    let isKnown = true;
    const outcome = this.#with(name, (entry) => {
      isKnown = entry.health.report(check, result, output, nowMs);
      if (isKnown) this.#members.judge(entry, nowMs);
    });
    return isKnown ? outcome : { outcome: 'unknown' };
  }

  /** A heartbeat that came as a message. Never creates an instance. */
  heartbeat(name: InstanceName, nowMs: number): 'renewed' | 'unknown' {
    const entry = this.#members.catalog.get(name.service, name.instance);
    const lease = entry === undefined ? undefined : this.#members.leases.get(entry.key);
    if (lease === undefined || entry?.instance.incarnation !== name.incarnation) return 'unknown';
    this.#members.leases.renew(lease, nowMs);
    return 'renewed';
  }

  /** @throws {TroupeError} ERR_OPTION for a malformed query */
  discover(service: string, query: Query | undefined): Discovery {
    const source = this.#members.catalog.service(service);
    return compileQuery(query).answer(source?.instances() ?? [], source?.index ?? 0);
  }

  why(service: string, instance: string): readonly InstanceEntry[] {
    return this.#members.history.of(instanceKey(service, instance));
  }

  /** @returns who holds it now; the asker when the token is new */
  lock(key: string, owner: LockOwner, nowMs: number): { granted: boolean; holder?: LockHolder } {
    const before = this.#locks.holder(key);
    const holder = this.#locks.acquire(key, owner, nowMs);
    if (holder === undefined) return { granted: false };
    const granted = before === undefined;
    if (granted) this.#useOwner(owner);
    return { granted, holder: { name: holder.name, token: holder.token } };
  }

  waitForLock(key: string, ticket: number, owner: LockOwner): boolean {
    const waits = this.#locks.wait(key, ticket, owner);
    if (waits) this.#useOwner(owner);
    return waits;
  }

  cancelWait(key: string, ticket: number): boolean {
    return this.#locks.cancel(key, ticket);
  }

  renewLock(key: string, token: number, owner: LockOwner, nowMs: number): boolean {
    const isRenewed = this.#locks.renew(key, token, owner, nowMs);
    if (isRenewed) this.#useOwner(owner);
    return isRenewed;
  }

  unlock(key: string, token: number, nowMs: number): boolean {
    const isReleased = this.#locks.release(key, token);
    this.#grantLocks(nowMs);
    return isReleased;
  }

  lockHolder(key: string): LockHolder | undefined {
    return this.#locks.holder(key);
  }

  /** An actor is gone for good: its instances, watches and locks go too. */
  actorGone(id: string, nowMs: number): void {
    this.#members.uses.forget(id);
    this.#members.removeActor(id, nowMs);
    this.watches.lose((ref) => ref.id === id, Number.POSITIVE_INFINITY);
    if (this.#lockOwners.delete(id)) this.#loseLocks((ref) => ref.id === id, nowMs);
  }

  /** A thread died at that moment: what its actors had registered before is gone, also if they come back. */
  threadDied(thread: number, atMs: number, nowMs: number): void {
    this.#members.removeThread(thread, atMs, nowMs);
    this.watches.lose((ref) => ref.thread === thread, atMs);
    this.#loseLocks((ref) => ref.thread === thread, nowMs);
  }

  /** Ends what has run out. To be called every `sweepMs`; a late call forgives its delay to all. */
  sweep(beats: Beats, random: Random, nowMs: number): void {
    const forgivenMs = this.#clock.tick(nowMs);
    const { leases } = this.#members;
    const overdue = leases.overdue(beats, nowMs);
    this.#evictedCount = 0;
    // One late sweep judges nobody: heartbeats that were held up come in first. On a thread that is always
    // late, the next one does.
    this.#hasSkipped = forgivenMs > 0 && !this.#hasSkipped;
    if (this.#hasSkipped) return;
    const allowed = this.#preservation.judge(overdue.length, leases.size, this.#clock.at(nowMs));
    for (const lease of pickSome(overdue, allowed, random)) this.#evict(lease, nowMs);
    for (const entry of this.#members.catalog.entries()) {
      if (entry.health.checkCount > 0 && entry.health.expire(nowMs)) {
        this.#members.judge(entry, nowMs);
      }
    }
    this.#members.release(nowMs);
    this.#locks.expire(nowMs);
    this.#grantLocks(nowMs);
  }

  status(): RegistryStatus {
    return {
      epoch: this.#epoch,
      index: this.#members.catalog.index,
      instances: this.#members.catalog.size,
      leases: this.#members.leases.size,
      watches: this.watches.size,
      locks: this.#locks.size,
      preservation: this.#preservation.mode,
      evicted: this.#evictedCount,
      forgivenMs: this.#clock.forgivenMs,
    };
  }

  /** What is to be done, in this order; also tells watchers what they have not been told. */
  takeEffects(): readonly RegistryEffect[] {
    const { catalog, effects } = this.#members;
    this.watches.flush(catalog, effects);
    return effects.splice(0);
  }

  #with(name: InstanceName, act: (entry: Entry) => void): InstanceResult {
    const entry = this.#members.catalog.get(name.service, name.instance);
    if (entry === undefined || entry.instance.incarnation < name.incarnation) {
      return { outcome: 'unknown' };
    }
    if (entry.instance.incarnation > name.incarnation) return { outcome: 'outdated' };
    act(entry);
    return { outcome: 'done', index: this.#members.catalog.index };
  }

  #evict(lease: Lease, nowMs: number): void {
    const [service, instance] = lease.key.split('\0');
    const entry = this.#members.catalog.get(service!, instance!)!;
    const overdueMs = this.#clock.at(nowMs) - lease.renewedAtMs - lease.ttlMs;
    const why = `no heartbeat for ${lease.ttlMs} ms, and ${Math.round(overdueMs)} ms more`;
    this.#members.remove(entry, 'lease-expired', why, nowMs);
    this.#evictedCount++;
  }

  #loseLocks(isGone: (ref: AnyRef) => boolean, nowMs: number): void {
    const isLost = (owner: LockOwner): boolean => owner.ref !== undefined && isGone(owner.ref);
    for (const ticket of this.#locks.lose(isLost, nowMs)) {
      this.#members.effects.push({ type: 'lock-lost', ticket });
    }
    this.#grantLocks(nowMs);
  }

  #grantLocks(nowMs: number): void {
    for (const { ticket, token } of this.#locks.grantWaiting(nowMs)) {
      this.#members.effects.push({ type: 'lock-granted', ticket, token });
    }
  }

  /** Owners of locks are watched until they are gone: they come back for more. */
  #useOwner({ ref }: LockOwner): void {
    if (ref === undefined || this.#lockOwners.has(ref.id)) return;
    this.#lockOwners.add(ref.id);
    this.#members.effects.push(...this.#members.uses.add(ref));
  }
}

/** So many of them, each as likely as the others. */
function pickSome<T>(all: readonly T[], count: number, random: Random): T[] {
  const rest = [...all];
  const picked: T[] = [];
  while (picked.length < count && rest.length > 0) {
    const at = Math.floor(random.next() * rest.length);
    picked.push(rest[at]!);
    rest[at] = rest[rest.length - 1]!;
    rest.pop();
  }
  return picked;
}
