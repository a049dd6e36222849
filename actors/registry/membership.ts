import type { AnyRef } from '../../runtime/index.js';
import { ActorUses } from './actor-uses.js';
import { Catalog, type Entry } from './catalog.js';
import type { RegistryEffect, RegistryEvent } from './effects.js';
import { FlapDamping } from './flap-damping.js';
import { Health, type HealthStatus } from './health.js';
import { type Instance, instanceKey, type RemovalReason } from './instance.js';
import { InstanceHistory } from './instance-history.js';
import { INSTANCE_TRANSITIONS, type InstanceEvent } from './instance-state.js';
import type { LeaseClock } from './lease-clock.js';
import { LeaseTable } from './lease-table.js';
import { type CheckedRegistration, sameData, sameRef } from './registration.js';
import type { RegistryLimits } from './registry-options.js';

/** What became of a registration. */
export type RegisterResult =
  | {
      readonly outcome: 'registered' | 'updated' | 'unchanged';
      /** Index of its last change: readers that have come so far see it. */
      readonly index: number;
      readonly leaseSlot: number;
      readonly leaseGeneration: number;
    }
  | {
      readonly outcome: 'refused';
      /**
       * `outdated`: a later incarnation is or was there. `taken`: another living actor has this id and incarnation.
       * `full`: the registry has no room.
       */
      readonly reason: 'outdated' | 'taken' | 'full';
    };

/** What became of something asked about one incarnation: `unknown` is to be registered again. */
export type InstanceResult =
  | { readonly outcome: 'done'; readonly index: number }
  | { readonly outcome: 'unknown' | 'outdated' };

/** Names one incarnation. */
export interface InstanceName {
  readonly service: string;
  readonly instance: string;
  readonly incarnation: number;
}

/** Registers and removes, and keeps what belongs to an instance together: lease, health, history, watch. */
export class Membership {
  readonly catalog: Catalog;
  readonly leases: LeaseTable;
  readonly history: InstanceHistory;
  readonly flaps: FlapDamping;
  readonly uses = new ActorUses();
  readonly effects: RegistryEffect[] = [];
  readonly #clock: LeaseClock;
  /** The instances of each actor, by its id. */
  readonly #byActor = new Map<string, Set<Entry>>();

  constructor(limits: RegistryLimits, clock: LeaseClock, index: number, generation: number) {
    this.#clock = clock;
    this.catalog = new Catalog(limits, index);
    this.leases = new LeaseTable(clock, limits.instanceCount, generation);
    this.history = new InstanceHistory(limits.entryCount, limits.instanceCount);
    this.flaps = new FlapDamping({
      holdAt: limits.holdAt,
      releaseAt: limits.holdAt * 0.375,
      most: limits.holdAt * 2,
      halfLifeMs: limits.flapHalfLifeMs,
    });
  }

  register(registration: CheckedRegistration, nowMs: number): RegisterResult {
    const { data } = registration;
    const key = instanceKey(data.service, data.instance);
    const known = this.catalog.get(data.service, data.instance);
    const least = known?.instance.incarnation ?? this.history.lastIncarnation(key);
    if (data.incarnation < least) return { outcome: 'refused', reason: 'outdated' };
    if (known !== undefined && known.instance.incarnation === data.incarnation) {
      return this.#update(known, registration, nowMs);
    }
    if (known === undefined && !this.catalog.hasRoom(data.service)) {
      return { outcome: 'refused', reason: 'full' };
    }
    if (known !== undefined) this.remove(known, 'replaced', 'a later incarnation came', nowMs);
    return this.#add(key, registration, nowMs);
  }

  /** Applies what happened to the health or to the wishes of an instance. */
  move(entry: Entry, event: InstanceEvent, why: string, nowMs: number): void {
    const { state } = entry.instance;
    let next = INSTANCE_TRANSITIONS[state][event];
    const isWorking = next === 'up' || next === 'degraded';
    if (entry.instance.isHeld && isWorking) next = 'down';
    if (next === state) return;
    const fell = next === 'down' && (state === 'up' || state === 'degraded');
    const isHeld = fell ? this.flaps.flap(entry.key, nowMs) : entry.instance.isHeld;
    this.catalog.change(entry, { state: next, isHeld });
    this.#note(entry.instance, next, isHeld ? `${why} (held)` : why, nowMs);
    this.#publish('state-changed', entry.instance);
  }

  /** Applies the verdict of its checks. */
  judge(entry: Entry, nowMs: number): void {
    const { health } = entry;
    const verdict: HealthStatus | undefined =
      health.checkCount === 0 && !entry.startsUp ? undefined : health.verdict;
    if (verdict !== undefined) this.move(entry, verdict, health.output, nowMs);
  }

  remove(entry: Entry, reason: RemovalReason, why: string, nowMs: number): void {
    const { instance, key } = entry;
    if (reason !== 'deregistered') this.flaps.flap(key, nowMs);
    this.#closeLease(key);
    if (Object.keys(entry.checks).length > 0) this.#stopChecks(instance);
    this.#unbind(entry, instance.ref);
    this.catalog.remove(entry);
    this.#note(instance, reason, why, nowMs);
    this.#publish('deregistered', instance, reason);
  }

  /** Removes the instances of an actor that is gone for good. */
  removeActor(id: string, nowMs: number): void {
    for (const entry of [...(this.#byActor.get(id) ?? [])]) {
      this.remove(entry, 'actor-gone', `actor ${id} is gone`, nowMs);
    }
  }

  /** Removes the instances that are actors of a thread, registered before `beforeMs`. */
  removeThread(thread: number, beforeMs: number, nowMs: number): void {
    for (const entry of [...this.catalog.entries()]) {
      const { ref } = entry.instance;
      if (ref?.thread !== thread || entry.registeredAtMs > beforeMs) continue;
      this.remove(entry, 'thread-died', `thread ${thread} died`, nowMs);
    }
  }

  /** Lets go those that were held, as their checks say. */
  release(nowMs: number): void {
    for (const key of this.flaps.release(nowMs)) {
      const [service, instance] = key.split('\0');
      const entry = this.catalog.get(service!, instance!);
      if (entry === undefined) continue;
      this.catalog.change(entry, { isHeld: false });
      this.judge(entry, nowMs);
    }
  }

  #add(key: string, registration: CheckedRegistration, nowMs: number): RegisterResult {
    const { data, ttlMs, checks, startsUp } = registration;
    const lease = ttlMs === undefined ? undefined : this.leases.open(key, ttlMs, nowMs);
    if (ttlMs !== undefined && lease === undefined) return { outcome: 'refused', reason: 'full' };
    const leaseSlot = lease?.slot ?? -1;
    const leaseGeneration = lease?.generation ?? 0;
    const isHeld = this.flaps.isHeld(key);
    const state = startsUp ? (isHeld ? 'down' : 'up') : 'starting';
    const entry = this.catalog.add(key, data.service, (index) => ({
      instance: Object.freeze({ ...data, state, isHeld, index, leaseSlot, leaseGeneration }),
      health: new Health(this.#clock, checks, nowMs),
      checks,
      startsUp,
      registeredAtMs: nowMs,
    }));
    this.#openLease(lease);
    this.#bind(entry, data.ref);
    this.#startChecks(entry);
    this.#note(entry.instance, 'registered', isHeld ? 'held: it came and went' : state, nowMs);
    this.#publish('registered', entry.instance);
    return { outcome: 'registered', index: entry.instance.index, leaseSlot, leaseGeneration };
  }

  /** The same incarnation again: an update, or nothing but a sign of life. */
  #update(entry: Entry, registration: CheckedRegistration, nowMs: number): RegisterResult {
    const { data, ttlMs, checks, startsUp } = registration;
    const { ref } = entry.instance;
    if (ref !== undefined && data.ref !== undefined && !sameRef(ref, data.ref)) {
      return { outcome: 'refused', reason: 'taken' };
    }
    if (ttlMs === undefined) this.#closeLease(entry.key);
    let lease = this.leases.get(entry.key);
    if (ttlMs !== undefined && lease === undefined) {
      lease = this.leases.open(entry.key, ttlMs, nowMs);
      if (lease === undefined) return { outcome: 'refused', reason: 'full' };
      this.#openLease(lease);
    } else if (lease !== undefined) {
      lease.ttlMs = ttlMs!;
      this.leases.renew(lease, nowMs);
    }
    const hasOtherChecks = JSON.stringify(checks) !== JSON.stringify(entry.checks);
    if (hasOtherChecks) {
      entry.checks = checks;
      entry.health = new Health(this.#clock, checks, nowMs);
      this.#stopChecks(entry.instance);
      this.#startChecks(entry);
    }
    if (startsUp) entry.startsUp = true;
    const leaseSlot = lease?.slot ?? -1;
    const leaseGeneration = lease?.generation ?? 0;
    const isSame = sameData(entry.instance, data) && entry.instance.leaseSlot === leaseSlot;
    if (!isSame) {
      if (!sameRef(ref, data.ref)) {
        this.#unbind(entry, ref);
        this.#bind(entry, data.ref);
      }
      this.catalog.change(entry, { ...data, leaseSlot, leaseGeneration });
      this.#note(entry.instance, 'updated', '', nowMs);
      this.#publish('updated', entry.instance);
    }
    if (startsUp) this.judge(entry, nowMs);
    const outcome = isSame ? 'unchanged' : 'updated';
    return { outcome, index: entry.instance.index, leaseSlot, leaseGeneration };
  }

  #bind(entry: Entry, ref: AnyRef | undefined): void {
    if (ref === undefined) return;
    const entries = this.#byActor.get(ref.id);
    if (entries === undefined) this.#byActor.set(ref.id, new Set([entry]));
    else entries.add(entry);
    this.effects.push(...this.uses.add(ref));
  }

  #unbind(entry: Entry, ref: AnyRef | undefined): void {
    if (ref === undefined) return;
    const entries = this.#byActor.get(ref.id);
    entries?.delete(entry);
    if (entries?.size === 0) this.#byActor.delete(ref.id);
    this.effects.push(...this.uses.drop(ref));
  }

  #startChecks(entry: Entry): void {
    const { checks } = entry;
    if (Object.keys(checks).length === 0) return;
    const { service, instance, incarnation } = entry.instance;
    this.effects.push({ type: 'start-checks', service, instance, incarnation, checks });
  }

  #stopChecks({ service, instance }: Instance): void {
    this.effects.push({ type: 'stop-checks', service, instance });
  }

  #openLease(lease: { readonly slot: number; readonly generation: number } | undefined): void {
    if (lease === undefined) return;
    this.effects.push({ type: 'lease-open', slot: lease.slot, generation: lease.generation });
  }

  #closeLease(key: string): void {
    const lease = this.leases.get(key);
    if (lease === undefined) return;
    this.leases.close(key);
    this.effects.push({ type: 'lease-close', slot: lease.slot });
  }

  #note({ service, instance, incarnation }: Instance, what: string, why: string, atMs: number) {
    this.history.add(instanceKey(service, instance), { atMs, incarnation, what, why });
  }

  #publish(what: RegistryEvent['what'], instance: Instance, reason?: RemovalReason): void {
    const { service, instance: id, incarnation, state } = instance;
    const index = this.catalog.index;
    const event = { what, service, instance: id, incarnation, state, reason, index };
    this.effects.push({ type: 'publish', event });
  }
}
