import { type ActorRef, ActorRef as Ref } from '../../runtime/index.js';
import type { LeaseWords } from './lease-words.js';
import type { RegistryMessage } from './protocol.js';
import type { Discovery, Query } from './query.js';
import type { ReplicaView } from './replica-view.js';

/** A registration that lives as long as this thread: kept up by the replica. */
export interface Kept {
  /** Called again and again while it is kept. @returns false when it needs no more keeping */
  keep(nowMs: number): boolean;
  /** Milliseconds within which it wants to be called again. */
  readonly everyMs: number;
}

/** Told when what it looks for has changed. */
export interface Listener {
  readonly service: string;
  readonly query: Query | undefined;
  readonly call: (discovery: Discovery) => void;
  /** What it was told last, as instances and their indices. */
  told: string | undefined;
}

/** What clients of one registry on one thread share. Outlives the replica's incarnations. */
export class ReplicaPlace {
  /** Undefined while no replica has a complete view. */
  view: ReplicaView | undefined = undefined;
  words: LeaseWords | undefined = undefined;
  /** Has the replica look at what is kept now. */
  wake: (() => void) | undefined = undefined;
  readonly kept = new Set<Kept>();
  readonly listeners = new Set<Listener>();
  readonly #waiting: (() => void)[] = [];

  /** Resolves when the replica has a view. */
  ready(): Promise<void> {
    if (this.view !== undefined) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  open(view: ReplicaView, words: LeaseWords): void {
    this.view = view;
    this.words = words;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Something is to be kept from now on, or more often. */
  add(kept: Kept): void {
    this.kept.add(kept);
    this.wake?.();
  }

  /** Keeps all that is kept. @returns milliseconds within which to come back */
  keep(nowMs: number): number {
    let everyMs = Number.POSITIVE_INFINITY;
    for (const kept of this.kept) {
      if (!kept.keep(nowMs)) this.kept.delete(kept);
      else everyMs = Math.min(everyMs, kept.everyMs);
    }
    return everyMs;
  }

  /**
   * Tells those for whom something has changed. One that throws is called no more.
   * @param services where something may have changed; undefined: anywhere
   * @returns what was thrown
   */
  notify(services: ReadonlySet<string> | undefined): unknown[] {
    const thrown: unknown[] = [];
    for (const listener of this.listeners) {
      if (services?.has(listener.service) === false) continue;
      try {
        this.tell(listener);
      } catch (error) {
        this.listeners.delete(listener);
        thrown.push(error);
      }
    }
    return thrown;
  }

  tell(listener: Listener): void {
    if (this.view === undefined) return;
    const discovery = this.view.discover(listener.service, listener.query);
    const content = discovery.instances.map(({ instance, index }) => `${index} ${instance}`);
    const told = content.join('\0');
    if (told === listener.told) return;
    listener.told = told;
    listener.call(discovery);
  }
}

/** Places by the host of the thread's copy of a reference: systems and threads of one process stay apart. */
const places = new WeakMap<object, Map<string, ReplicaPlace>>();

/** The place of that registry on this thread. */
export function placeOf(registry: ActorRef<RegistryMessage>): ReplicaPlace {
  const host = Ref.hostOf(registry)!;
  let byId = places.get(host);
  if (byId === undefined) {
    byId = new Map();
    places.set(host, byId);
  }
  let place = byId.get(registry.id);
  if (place === undefined) {
    place = new ReplicaPlace();
    byId.set(registry.id, place);
  }
  return place;
}
