import {
  ActorRef,
  type Clock,
  checkNames,
  type Message,
  systemClock,
  TroupeError,
} from '../../runtime/index.js';
import type { InstanceEntry } from './instance-history.js';
import { Lock } from './lock.js';
import type { LockHolder } from './lock-table.js';
import { badOption } from './options.js';
import type { OwnerSpec, RegistryMessage, RegistryNews } from './protocol.js';
import { compileQuery, type Discovery, type Query } from './query.js';
import { checkRegistration, type RegistrationSpec } from './registration.js';
import { Registration } from './registration-handle.js';
import type { RegistryStatus } from './registry-core.js';
import { type Listener, placeOf, type ReplicaPlace } from './replica-directory.js';

/** Who uses a client: the context of an actor is one. Its clock is that of the system. */
export interface ClientOwner extends Clock {
  /** Registrations that were made are not kept up after it is aborted. */
  readonly signal?: AbortSignal;
}

/** Milliseconds for which a lock is waited for unless said otherwise. */
const DEFAULT_WAIT_MS = 0;

/**
 * A registry as one thread sees it. Make one wherever it is needed: clients of one thread share its replica.
 *
 * @thread the one on which it was made; send `ref` to others
 */
export class RegistryClient {
  /** The registry itself: to be sent to other actors, which connect by it. */
  readonly ref: ActorRef<RegistryMessage>;
  readonly #place: ReplicaPlace;
  readonly #owner: ClientOwner;

  /** @param owner the context of the actor that uses it; leave it out outside of actors */
  constructor(ref: ActorRef<RegistryMessage>, owner?: ClientOwner) {
    if (!(ref instanceof ActorRef)) throw badOption('RegistryClient', ref, 'the ref of a registry');
    this.ref = ref;
    this.#place = placeOf(ref);
    // The signal is asked for now: the context of an actor that has ended gives none.
    const signal = owner?.signal;
    const clock = owner ?? systemClock;
    const now = (): number => clock.now();
    this.#owner = signal === undefined ? { now } : { now, signal };
  }

  /** Resolves when this thread has a replica. Only threads that the system started with get one. */
  ready(): Promise<void> {
    return this.#place.ready();
  }

  /**
   * The healthy instances of a service, from the replica of this thread: no message, no copy. The answer is
   * frozen, and the same object until something changes; keep query objects, and don't change them.
   * It may lag behind the registry by the time of a message: see `discoverAt`.
   * @typeParam M protocol of the instances that are actors, which the caller must know: nothing checks it
   * @throws {TroupeError} ERR_REGISTRY_NO_REPLICA, ERR_OPTION for a malformed query
   */
  discover<M extends Message = never>(service: string, query?: Query): Discovery<M> {
    const { view } = this.#place;
    if (view === undefined) throw noReplica();
    return view.discover(service, query) as Discovery<M>;
  }

  /**
   * As `discover`, but no older than `index`, which `register` and others have answered with on whichever
   * thread. Asks the registry itself where the replica is not so far yet.
   * @throws {TroupeError} those of an ask, as rejections
   */
  async discoverAt<M extends Message = never>(
    index: number,
    service: string,
    query?: Query,
  ): Promise<Discovery<M>> {
    const { view } = this.#place;
    const isThere = view !== undefined && view.index >= index;
    const found = isThere
      ? view.discover(service, query)
      : await this.ref.ask({ type: 'discover', service, query });
    return found as Discovery<M>;
  }

  /** Index up to which the replica of this thread is complete; -1 without one. */
  get index(): number {
    return this.#place.view?.index ?? -1;
  }

  /**
   * Registers an instance; again, with the same incarnation: changes it. The handle keeps it up from this
   * thread until it is deregistered: it sends heartbeats, and registers again after a restart of the registry.
   * Without an `incarnation`, each call is a later one than all before.
   * @throws {TroupeError} ERR_OPTION; ERR_REGISTRY_REFUSED; those of an ask; all as rejections
   */
  async register(spec: RegistrationSpec): Promise<Registration> {
    const incarnation = spec?.incarnation ?? Math.floor(this.#owner.now() * 1000);
    const { data } = checkRegistration({ ...spec, incarnation });
    const complete = { ...spec, incarnation: data.incarnation };
    return Registration.make(this.ref, this.#place, this.#owner, complete);
  }

  /**
   * Renews the lease of an instance by its name, by one store into shared memory.
   * @returns `unknown`: it is not registered, has no lease, or the replica does not know it yet
   * @throws {TroupeError} ERR_REGISTRY_NO_REPLICA
   */
  heartbeat(service: string, instance: string): 'renewed' | 'unknown' {
    const { view, words } = this.#place;
    if (view === undefined || words === undefined) throw noReplica();
    const found = view.find(service, instance);
    if (found === undefined || found.leaseSlot < 0) return 'unknown';
    const { leaseSlot, leaseGeneration } = found;
    return words.beat(leaseSlot, leaseGeneration, this.#owner.now()) ? 'renewed' : 'unknown';
  }

  /**
   * Calls `listener` with what is discovered now, and again whenever that has changed, never otherwise. It is called
   * between messages of this thread; actors that want a message use `watch`. One that throws is called no more, which
   * is the user event `registry-listener-failed`.
   * @returns ends it
   * @throws {TroupeError} ERR_OPTION for a malformed query
   */
  listen(service: string, listener: (discovery: Discovery) => void, query?: Query): () => void {
    compileQuery(query);
    const entry: Listener = { service, query, call: listener, told: undefined };
    this.#place.listeners.add(entry);
    this.#place.tell(entry);
    return () => void this.#place.listeners.delete(entry);
  }

  /**
   * Has an actor told of the changes of a service: first a snapshot, or what has changed since the index `from`; then
   * changes in order, the next after it has acknowledged the last. One that falls too far behind gets a fresh
   * snapshot, never a gap.
   * @returns `full` when the registry has no room for more watches
   * @throws {TroupeError} ERR_OPTION; those of an ask; as rejections
   */
  async watch(
    subscriber: ActorRef<RegistryNews>,
    name: string,
    service: string,
    options: { readonly query?: Query; readonly from?: number } = {},
  ): Promise<'watching' | 'full'> {
    checkNames('watch', options, { query: true, from: true });
    const { query, from } = options;
    return this.ref.ask({ type: 'watch', name, subscriber, service, query, from });
  }

  /** The subscriber has taken in this event. */
  acknowledge(subscriber: ActorRef<RegistryNews>, { name, event }: RegistryNews): void {
    this.ref.tell({ type: 'acknowledge', name, subscriber, index: event.index });
  }

  unwatch(subscriber: ActorRef<RegistryNews>, name: string): void {
    this.ref.tell({ type: 'unwatch', name, subscriber });
  }

  /** What became of an instance, oldest first, also after its end: for as long as it is remembered. */
  why(service: string, instance: string): Promise<readonly InstanceEntry[]> {
    return this.ref.ask({ type: 'why', service, instance });
  }

  status(): Promise<RegistryStatus> {
    return this.ref.ask({ type: 'status' });
  }

  /**
   * Takes a lock, or leads an election: whoever has the lock of that name leads.
   * @param owner its name, and a `ref`, a `ttlMs` or both, by which it is known to live
   * @param waitMs how long to wait for it, 0 to 2^31 - 1; 0 unless given. The ask ends later than that
   * @returns undefined when it could not be had in that time
   * @throws {TroupeError} ERR_OPTION; those of an ask; as rejections
   */
  async lock(key: string, owner: OwnerSpec, waitMs = DEFAULT_WAIT_MS): Promise<Lock | undefined> {
    const timeoutMs = Math.min(2 ** 31 - 1, (waitMs > 0 ? waitMs : 0) + 5000);
    const result = await this.ref.ask({ type: 'lock', key, owner, waitMs }, { timeoutMs });
    if (result.outcome !== 'granted') return undefined;
    return new Lock(this.ref, key, owner, result.token);
  }

  /** Who has a lock, or leads; undefined: nobody. */
  lockHolder(key: string): Promise<LockHolder | undefined> {
    return this.ref.ask({ type: 'lock-holder', key });
  }
}

/** A client for this thread. @param owner the context, where an actor connects */
export function connectRegistry(
  ref: ActorRef<RegistryMessage>,
  owner?: ClientOwner,
): RegistryClient {
  return new RegistryClient(ref, owner);
}

function noReplica(): TroupeError {
  return new TroupeError('ERR_REGISTRY_NO_REPLICA', {
    what: 'this thread has no replica of the registry, or not yet',
    mend: 'await client.ready(), or use discoverAt, which asks the registry where it must',
  });
}
