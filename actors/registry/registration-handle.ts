import { type ActorRef, TroupeError } from '../../runtime/index.js';
import type { ClientOwner } from './client.js';
import { FunctionCheck, type HealthFunction } from './function-check.js';
import type { HealthStatus } from './health.js';
import type { InstanceName, InstanceResult, RegisterResult } from './membership.js';
import { checkedTtl } from './options.js';
import type { RegistryMessage } from './protocol.js';
import type { RegistrationSpec } from './registration.js';
import { INDICES_PER_EPOCH } from './registry-core.js';
import type { Kept, ReplicaPlace } from './replica-directory.js';

type Registered = Exclude<RegisterResult, { outcome: 'refused' }>;
type CompleteSpec = RegistrationSpec & { readonly incarnation: number };

/** Heartbeats within one time to live. */
const BEATS_PER_TTL = 3;
/** How often a registration without a lease is looked at. */
const LOOK_MS = 1000;

/**
 * One incarnation of an instance, in the hands of whoever registered it. While it is kept, the replica of this
 * thread renews its lease: as long as the thread turns, and its actor lives, where it is one's.
 */
export class Registration implements Kept {
  readonly name: InstanceName;
  everyMs: number;
  readonly #registry: ActorRef<RegistryMessage>;
  readonly #place: ReplicaPlace;
  readonly #owner: ClientOwner;
  readonly #checks = new Map<string, FunctionCheck>();
  #spec: CompleteSpec;
  #registered: Registered;
  #nextBeatMs: number;
  #isRegistering = false;
  #isKept = true;
  #hasLeft = false;
  /** Of the owner; taken once, since a context throws when its incarnation is over. */
  readonly #signal: AbortSignal | undefined;

  private constructor(
    registry: ActorRef<RegistryMessage>,
    place: ReplicaPlace,
    owner: ClientOwner,
    spec: CompleteSpec,
    registered: Registered,
  ) {
    const { service, instance, incarnation } = spec;
    this.name = { service, instance, incarnation };
    this.everyMs = spec.ttlMs === undefined ? LOOK_MS : spec.ttlMs / BEATS_PER_TTL;
    this.#registry = registry;
    this.#place = place;
    this.#owner = owner;
    this.#spec = spec;
    this.#registered = registered;
    this.#signal = owner.signal;
    this.#nextBeatMs = owner.now() + this.everyMs;
  }

  /** @internal see `RegistryClient.register` */
  static async make(
    registry: ActorRef<RegistryMessage>,
    place: ReplicaPlace,
    owner: ClientOwner,
    spec: CompleteSpec,
  ): Promise<Registration> {
    const registered = accepted(spec, await registry.ask({ type: 'register', registration: spec }));
    const made = new Registration(registry, place, owner, spec, registered);
    place.add(made);
    return made;
  }

  /** Index of its last change through this handle: pass it to `discoverAt` on any thread. */
  get index(): number {
    return this.#registered.index;
  }

  /**
   * Renews the lease now, by one store into shared memory.
   * @returns `unknown`: it is over, and has to be registered again, which a kept one does by itself
   */
  heartbeat(): 'renewed' | 'unknown' {
    return this.#beat(this.#owner.now());
  }

  /**
   * Changes what is registered.
   * @throws {TroupeError} as `RegistryClient.register`; ERR_REGISTRY_REFUSED after `deregister`
   */
  async update(changes: Omit<RegistrationSpec, 'service' | 'instance' | 'incarnation'>) {
    if (this.#hasLeft) throw refused(this.#spec, 'deregistered');
    this.#spec = { ...this.#spec, ...changes };
    await this.#register();
    return this.index;
  }

  /** Leaves discovery at once; what is under way may finish. Then deregister. */
  drain(): Promise<InstanceResult> {
    return this.#wish('drain');
  }

  /** Takes back `drain`. */
  resume(): Promise<InstanceResult> {
    return this.#wish('resume');
  }

  /** It has started: `up`, unless checks of its own say otherwise. */
  async ready(): Promise<InstanceResult> {
    this.#spec = { ...this.#spec, state: 'up' };
    return this.#wish('ready');
  }

  /** Reports a result of one of its checks of the kinds `ttl` and `reported`. */
  report(check: string, result: HealthStatus, output = ''): Promise<InstanceResult> {
    return this.#registry.ask({ type: 'report', name: this.name, check, result, output });
  }

  /**
   * Runs a function every `intervalMs` and reports what it says as the check of that name. It may be async;
   * see {@link HealthFunction} for what it says. One that takes longer than `timeoutMs` is critical.
   * @throws {TroupeError} ERR_OPTION
   */
  runCheck(check: string, call: HealthFunction, intervalMs: number, timeoutMs = 5000): void {
    checkedTtl('runCheck.intervalMs', intervalMs);
    checkedTtl('runCheck.timeoutMs', timeoutMs);
    const report = (result: HealthStatus, output: string): void => {
      this.report(check, result, output).catch(() => {});
    };
    this.#checks.set(check, new FunctionCheck(call, intervalMs, timeoutMs, report));
    this.everyMs = Math.min(this.everyMs, intervalMs);
    if (this.#isKept) this.#place.add(this);
  }

  /** Ends it. @returns `outdated` when a later incarnation is there, which stays */
  deregister(): Promise<InstanceResult> {
    this.release();
    this.#hasLeft = true;
    return this.#registry.ask({ type: 'deregister', name: this.name });
  }

  /** Keeps it up no longer; what is registered stays until its lease ends, or its actor. */
  release(): void {
    this.#isKept = false;
    this.#place.kept.delete(this);
  }

  /** @internal */
  keep(nowMs: number): boolean {
    if (!this.#isKept || this.#signal?.aborted === true) return false;
    for (const check of this.#checks.values()) check.turn(nowMs);
    const isForgotten = this.#isForgotten();
    if (this.#isRegistering || (nowMs < this.#nextBeatMs && !isForgotten)) return true;
    this.#nextBeatMs = nowMs + this.everyMs;
    if (!isForgotten && this.#isThere(nowMs)) return true;
    if (!this.#mayReturn()) {
      this.release();
      return false;
    }
    this.#register().catch((error: unknown) => {
      if (error instanceof TroupeError && error.code === 'ERR_REGISTRY_REFUSED') this.release();
    });
    return true;
  }

  #beat(nowMs: number): 'renewed' | 'unknown' {
    const { words } = this.#place;
    const { leaseSlot, leaseGeneration } = this.#registered;
    if (words === undefined || leaseSlot < 0) return 'unknown';
    return words.beat(leaseSlot, leaseGeneration, nowMs) ? 'renewed' : 'unknown';
  }

  /** A registration without a lease is looked for in the replica; a later one in its place ends this. */
  #isThere(nowMs: number): boolean {
    if (this.#registered.leaseSlot >= 0) return this.#beat(nowMs) === 'renewed';
    const { view } = this.#place;
    if (view === undefined || view.index < this.index) return true;
    const { service, instance, incarnation } = this.name;
    const found = view.find(service, instance);
    return found !== undefined && found.incarnation >= incarnation;
  }

  /**
   * Registering again what ended for good would end at once, over and over. Whether an actor lives is known by its
   * own signal; of another's actor only that a registry which has restarted has forgotten it.
   */
  #mayReturn(): boolean {
    if (this.#spec.ref === undefined || this.#signal !== undefined) return true;
    return this.#isForgotten();
  }

  /** The registry has restarted since. */
  #isForgotten(): boolean {
    return epochOf(this.#place.view?.index ?? 0) > epochOf(this.index);
  }

  async #register(): Promise<void> {
    const registration = this.#spec;
    this.#isRegistering = true;
    try {
      const result = await this.#registry.ask({ type: 'register', registration });
      this.#registered = accepted(registration, result);
    } finally {
      this.#isRegistering = false;
    }
  }

  async #wish(wish: 'drain' | 'resume' | 'ready'): Promise<InstanceResult> {
    const result = await this.#registry.ask({ type: 'wish', name: this.name, wish });
    if (result.outcome === 'done') this.#registered = { ...this.#registered, index: result.index };
    return result;
  }
}

function epochOf(index: number): number {
  return Math.floor(index / INDICES_PER_EPOCH);
}

/** @throws {TroupeError} ERR_REGISTRY_REFUSED */
function accepted(spec: CompleteSpec, result: RegisterResult): Registered {
  if (result.outcome !== 'refused') return result;
  throw refused(spec, result.reason);
}

const MENDS = {
  outdated: 'a later incarnation is there, or was: register with a greater one',
  taken: 'another living actor has this id: give each instance its own',
  full: 'raise instanceCount or serviceCount, or find out who registers so much',
  deregistered: 'register anew, which makes a later incarnation',
} as const;

function refused(spec: CompleteSpec, reason: keyof typeof MENDS): TroupeError {
  return new TroupeError('ERR_REGISTRY_REFUSED', {
    what: `the registration was refused: ${reason}`,
    where: `${spec.service}/${spec.instance}, incarnation ${spec.incarnation}`,
    mend: MENDS[reason],
  });
}
