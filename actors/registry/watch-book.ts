import type { AnyRef } from '../../runtime/index.js';
import type { Catalog } from './catalog.js';
import { ChangeHistory } from './change-history.js';
import type { RegistryEffect } from './effects.js';
import type { Membership } from './membership.js';
import { compileQuery, type Query } from './query.js';
import { nextEvent, type Watch, type WatchSource, watchKey } from './watch-table.js';

/** What is watched, by whom. */
export interface WatchSpec {
  readonly name: string;
  readonly subscriber: AnyRef;
  /** Undefined: all services. */
  readonly service: string | undefined;
  /** Undefined: what is up; over all services, everything in every state. */
  readonly query: Query | undefined;
  /** Index to go on from; a snapshot comes first when it is left out or too old. */
  readonly from: number | undefined;
}

/** What is watched before the first instance of its service comes. */
const NOTHING: WatchSource = {
  history: new ChangeHistory(1, 0),
  index: 0,
  instances: () => [],
  services: () => [],
};

/** All watches, and who of them has to be told something. */
export class WatchBook {
  readonly #members: Membership;
  readonly #capacity: number;
  readonly #watches = new Map<string, Watch>();
  /** Those that may be told something although nothing has changed. */
  readonly #ready = new Set<Watch>();

  constructor(members: Membership, capacity: number) {
    this.#members = members;
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#watches.size;
  }

  /** Begins a watch, or begins it anew. @returns false when there are too many. @throws {TroupeError} ERR_OPTION */
  add(spec: WatchSpec, nowMs: number): boolean {
    const { name, subscriber, service, from, query } = spec;
    const isWhole = service === undefined && query === undefined;
    const compiled = isWhole ? undefined : compileQuery(query);
    const key = watchKey(subscriber, name);
    const known = this.#watches.get(key);
    if (known === undefined) {
      if (this.#watches.size >= this.#capacity) return false;
      this.#members.effects.push(...this.#members.uses.add(subscriber));
    } else {
      this.#ready.delete(known);
    }
    const watch: Watch = {
      key,
      name,
      subscriber,
      service,
      query: compiled,
      sinceMs: nowMs,
      toldIndex: from,
      pendingIndex: undefined,
    };
    this.#watches.set(key, watch);
    this.#ready.add(watch);
    return true;
  }

  remove(subscriber: AnyRef, name: string): void {
    const watch = this.#watches.get(watchKey(subscriber, name));
    if (watch === undefined) return;
    this.#watches.delete(watch.key);
    this.#ready.delete(watch);
    this.#members.effects.push(...this.#members.uses.drop(subscriber));
  }

  /** The watcher has taken in what it was told, and may be told more. Late ones mean nothing. */
  acknowledge(subscriber: AnyRef, name: string, index: number): void {
    const watch = this.#watches.get(watchKey(subscriber, name));
    if (watch === undefined || watch.pendingIndex !== index) return;
    watch.pendingIndex = undefined;
    this.#ready.add(watch);
  }

  /** Ends the watches of those who are gone, if they began before `beforeMs`. */
  lose(isGone: (ref: AnyRef) => boolean, beforeMs: number): void {
    for (const watch of [...this.#watches.values()]) {
      if (watch.sinceMs > beforeMs || !isGone(watch.subscriber)) continue;
      this.remove(watch.subscriber, watch.name);
    }
  }

  /** Tells everybody what they have not been told and may be told now. */
  flush(catalog: Catalog, effects: RegistryEffect[]): void {
    const changed = catalog.takeChanged();
    if (changed.size > 0) {
      for (const watch of this.#watches.values()) {
        if (watch.service === undefined || changed.has(watch.service)) this.#ready.add(watch);
      }
    }
    for (const watch of this.#ready) {
      const { service } = watch;
      const source = service === undefined ? catalog : (catalog.service(service) ?? NOTHING);
      const event = nextEvent(watch, source);
      if (event !== undefined) effects.push({ type: 'tell-watcher', watch, event });
    }
    this.#ready.clear();
  }
}
