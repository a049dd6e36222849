import { ChangeHistory } from './change-history.js';
import type { Health } from './health.js';
import type { Instance } from './instance.js';
import type { CheckSpec } from './registration.js';
import type { WatchSource } from './watch-table.js';

/** An instance with what the registry keeps beside it. */
export interface Entry {
  readonly key: string;
  instance: Instance;
  health: Health;
  checks: Readonly<Record<string, CheckSpec>>;
  /** It needs no verdict to be up. */
  startsUp: boolean;
  /** Monotonic. */
  registeredAtMs: number;
}

/** One service: its instances in the order of their registration, and its last changes. */
class Service implements WatchSource {
  readonly name: string;
  readonly entries = new Map<string, Entry>();
  readonly history: ChangeHistory;
  index: number;

  constructor(name: string, historyCount: number, index: number) {
    this.name = name;
    this.history = new ChangeHistory(historyCount, index);
    this.index = index;
  }

  *instances(): Iterable<Instance> {
    for (const { instance } of this.entries.values()) yield instance;
  }

  services(): readonly (readonly [string, number])[] {
    return [[this.name, this.index]];
  }
}

/** How much a catalog holds. */
export interface CatalogLimits {
  /** Instances of all services. */
  readonly instanceCount: number;
  /** Services; those without instances give way. */
  readonly serviceCount: number;
  /** Changes that are remembered of one service; four times as many of all together. */
  readonly historyCount: number;
}

/** All that is registered. Each change has an index of its own, greater than all before. */
export class Catalog implements WatchSource {
  readonly history: ChangeHistory;
  readonly #limits: CatalogLimits;
  readonly #services = new Map<string, Service>();
  readonly #changed = new Set<string>();
  #index: number;
  #size = 0;

  /** @param index index before the first change; never lower than that of an earlier catalog */
  constructor(limits: CatalogLimits, index: number) {
    this.#limits = limits;
    this.#index = index;
    this.history = new ChangeHistory(4 * limits.historyCount, index);
  }

  /** Index of the last change. */
  get index(): number {
    return this.#index;
  }

  get size(): number {
    return this.#size;
  }

  service(name: string): WatchSource | undefined {
    return this.#services.get(name);
  }

  get(service: string, instance: string): Entry | undefined {
    return this.#services.get(service)?.entries.get(instance);
  }

  *entries(): Iterable<Entry> {
    for (const service of this.#services.values()) yield* service.entries.values();
  }

  *instances(): Iterable<Instance> {
    for (const service of this.#services.values()) yield* service.instances();
  }

  services(): readonly (readonly [string, number])[] {
    return [...this.#services.values()].map(({ name, index }) => [name, index] as const);
  }

  /** True when there is room for one more instance, of this service. */
  hasRoom(service: string): boolean {
    if (this.#size >= this.#limits.instanceCount) return false;
    if (this.#services.has(service) || this.#services.size < this.#limits.serviceCount) return true;
    for (const { name, entries } of this.#services.values()) {
      if (entries.size > 0) continue;
      this.#services.delete(name);
      return true;
    }
    return false;
  }

  /** Adds an instance; `make` is given the index of the change. */
  add(key: string, name: string, make: (index: number) => Omit<Entry, 'key'>): Entry {
    let service = this.#services.get(name);
    if (service === undefined) {
      service = new Service(name, this.#limits.historyCount, this.#index);
      this.#services.set(name, service);
    }
    const entry: Entry = { key, ...make(++this.#index) };
    service.entries.set(entry.instance.instance, entry);
    this.#size++;
    this.#record(service, undefined, entry.instance);
    return entry;
  }

  /** Replaces what an instance is. */
  change(entry: Entry, changes: Partial<Instance>): void {
    const before = entry.instance;
    const service = this.#services.get(before.service)!;
    entry.instance = Object.freeze({ ...before, ...changes, index: ++this.#index });
    this.#record(service, before, entry.instance);
  }

  remove(entry: Entry): void {
    const service = this.#services.get(entry.instance.service)!;
    service.entries.delete(entry.instance.instance);
    this.#size--;
    this.#index++;
    this.#record(service, entry.instance, undefined);
  }

  /** The services that have changed since this was asked last. */
  takeChanged(): ReadonlySet<string> {
    const changed = new Set(this.#changed);
    this.#changed.clear();
    return changed;
  }

  #record(service: Service, before: Instance | undefined, after: Instance | undefined): void {
    const change = { index: this.#index, before, after };
    service.index = this.#index;
    service.history.add(change);
    this.history.add(change);
    this.#changed.add(service.name);
  }
}
