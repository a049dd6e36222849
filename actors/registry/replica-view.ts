import type { Instance } from './instance.js';
import { ANY_UP, type CompiledQuery, compileQuery, type Discovery, type Query } from './query.js';
import type { WatchEvent } from './watch-table.js';

const UNKNOWN = ANY_UP.answer([], 0);

/** One service as a replica has it, with the answers that were given since its last change. */
class ServiceView {
  readonly instances = new Map<string, Instance>();
  index = 0;
  anyUp: Discovery | undefined = undefined;
  answers: WeakMap<CompiledQuery, Discovery> = new WeakMap();

  discover(query: CompiledQuery): Discovery {
    let answer = this.answers.get(query);
    if (answer === undefined) {
      answer = query.answer(this.instances.values(), this.index);
      this.answers.set(query, answer);
    }
    return answer;
  }

  touch(index: number): void {
    if (index > this.index) this.index = index;
    this.anyUp = undefined;
    this.answers = new WeakMap();
  }
}

/** A copy of the catalog: pure, fed with the events of a watch over everything. */
export class ReplicaView {
  readonly #serviceCount: number;
  #services = new Map<string, ServiceView>();
  #index = -1;

  /** @param serviceCount services kept; beyond it, those without instances are forgotten */
  constructor(serviceCount: number) {
    this.#serviceCount = serviceCount;
  }

  /** Index up to which it is complete; -1 before the first snapshot. */
  get index(): number {
    return this.#index;
  }

  /** The healthy instances of a service. The answer is the same object until the service changes. */
  discover(service: string, query?: Query): Discovery {
    const view = this.#services.get(service);
    if (view === undefined) {
      compileQuery(query);
      return UNKNOWN;
    }
    if (query !== undefined) return view.discover(compileQuery(query));
    if (view.anyUp === undefined) view.anyUp = view.discover(ANY_UP);
    return view.anyUp;
  }

  /** One instance in any state. */
  find(service: string, instance: string): Instance | undefined {
    return this.#services.get(service)?.instances.get(instance);
  }

  /** Takes in an event. @returns the services that it touched */
  apply(event: WatchEvent): ReadonlySet<string> {
    const touched = new Set<string>();
    if (event.kind === 'snapshot') {
      for (const service of this.#services.keys()) touched.add(service);
      this.#services = new Map();
      for (const [service, index] of event.services) this.#service(service).touch(index);
      for (const instance of event.instances) this.#put(instance, touched);
    } else {
      for (const { kind, instance, index } of event.changes) {
        if (kind === 'left') this.#drop(instance, index, touched);
        else this.#put(instance, touched);
      }
    }
    this.#index = event.index;
    if (this.#services.size > this.#serviceCount) this.#forgetEmpty();
    return touched;
  }

  #put(instance: Instance, touched: Set<string>): void {
    const view = this.#service(instance.service);
    view.instances.set(instance.instance, Object.freeze(instance));
    view.touch(instance.index);
    touched.add(instance.service);
  }

  #drop({ service, instance }: Instance, index: number, touched: Set<string>): void {
    const view = this.#service(service);
    view.instances.delete(instance);
    view.touch(index);
    touched.add(service);
  }

  #service(name: string): ServiceView {
    let view = this.#services.get(name);
    if (view === undefined) {
      view = new ServiceView();
      this.#services.set(name, view);
    }
    return view;
  }

  #forgetEmpty(): void {
    for (const [name, { instances }] of this.#services) {
      if (instances.size === 0) this.#services.delete(name);
    }
  }
}
