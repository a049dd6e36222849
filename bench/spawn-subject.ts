import type { ActorRef, ActorSystem, Placement } from 'troupe';
import { check, type Figure, rate, type Subject } from './harness.js';
import { expectedSum } from './loads.js';
import { Breeder, type BreederMessage, Collector, type CollectorMessage } from './spawn-actors.js';
import { assertConserved, startSystem } from './system.js';

/** Actors made before others on the thread have their turn. */
export const SPAWN_BURST = 1000;

/** Troupe with a breeder, its mayflies and a collector. */
export class SpawnSubject implements Subject {
  readonly name = 'troupe';
  readonly #threads: number;
  readonly #placement: Placement;
  readonly #count: number;
  #system: ActorSystem | undefined;
  #breeder: ActorRef<BreederMessage> | undefined;
  #collector: ActorRef<CollectorMessage> | undefined;

  /** @param placement of the mayflies; breeder and collector are spread */
  constructor(threads: number, placement: Placement, count: number) {
    this.#threads = threads;
    this.#placement = placement;
    this.#count = count;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: this.#threads });
    this.#system = system;
    this.#collector = system.spawn(Collector, undefined);
    this.#breeder = system.spawn(Breeder, undefined);
    await Promise.all([system.started(this.#collector), system.started(this.#breeder)]);
  }

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const collector = this.#collector!;
    const collected = collector.ask({ type: 'expect', count });
    const work = {
      type: 'start',
      collector,
      count,
      burst: SPAWN_BURST,
      placement: this.#placement,
      awaited: this.#threads,
    } as const;
    const { startNs } = await this.#breeder!.ask(work);
    const { endNs, sum } = await collected;
    check(sum === expectedSum('int', count), () => `the sum is ${sum}`);
    await assertConserved(this.#system!);
    return [rate(count, endNs - startNs, 'actors/s')];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}
