import type { ActorRef, ActorSystem, Placement } from 'troupe';
import { check, type Figure, rate, type Subject } from './harness.js';
import { type NodeMessage, RingNode } from './ring-actors.js';
import { assertConserved, startSystem } from './system.js';

/** Actors of a ring; the hops of a round are a multiple of it. */
export const RING_SIZE = 1000;

/** Troupe with a token that goes round a ring of actors. */
export class RingSubject implements Subject {
  readonly name = 'troupe';
  readonly #threads: number;
  readonly #placement: Placement;
  readonly #hops: number;
  #system: ActorSystem | undefined;
  #first: ActorRef<NodeMessage> | undefined;

  constructor(threads: number, placement: Placement, hops: number) {
    this.#threads = threads;
    this.#placement = placement;
    this.#hops = hops;
  }

  async open(): Promise<void> {
    const system = await startSystem({ threads: this.#threads });
    this.#system = system;
    const placed = { placement: this.#placement };
    const last = system.spawn(RingNode, { next: undefined }, placed);
    let first = last;
    for (let i = 1; i < RING_SIZE; i++) first = system.spawn(RingNode, { next: first }, placed);
    last.tell({ type: 'next', node: first });
    this.#first = first;
    await system.started(first);
  }

  async round(): Promise<readonly Figure[]> {
    const system = this.#system!;
    const before = system.metrics().total.handled;
    const { elapsedNs, hops } = await this.#first!.ask({
      type: 'walk',
      hops: this.#hops,
    });
    check(hops === this.#hops, () => `${hops} hops, not ${this.#hops}`);
    await assertConserved(system);
    const handled = system.metrics().total.handled - before;
    check(handled >= hops, () => `${handled} messages handled for ${hops} hops`);
    return [rate(hops, elapsedNs, 'hops/s')];
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}
