import type { SeededRandom } from '../../base/random.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import type { Inbound } from '../../worker/inbound.js';
import type { Scheduler } from './scheduler.js';

/**
 * A thread may look at its rings just before another one writes: then that look sees nothing, and the one
 * before the sleep has to. It looks at one ring after the other, so it may also miss what stands in one of them
 * and see what came of it in another. So some looks of a turn, at all rings or at one, and some tries to write what waits
 * for room are left out.
 */
export class EarlyLooks {
  readonly #scheduler: Scheduler;
  readonly #random: SeededRandom;
  readonly #share: number;
  /** The last step of each member in which it looked too early. */
  readonly #steps = new Map<number, number>();

  constructor(scheduler: Scheduler, random: SeededRandom, share: number) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#share = share;
  }

  /** Makes a thread look too early now and then. */
  befall(actors: ActorThread): void {
    const { mesh } = actors;
    const poll = mesh.poll.bind(mesh);
    mesh.poll = (limit, onSignalsRead) => !this.#isDue(actors.thread) && poll(limit, onSignalsRead);
    const rings = { areAllThere: false };
    const drainFrom = mesh.drainFrom.bind(mesh);
    mesh.drainFrom = (member) => {
      rings.areAllThere = true;
      drainFrom(member);
      rings.areAllThere = false;
    };
    for (let member = 0; member < actors.control.members; member++) {
      const inbound = mesh.from(member);
      if (inbound !== null) this.#befallRing(actors.thread, inbound, rings);
    }
    const flush = mesh.flush.bind(mesh);
    mesh.flush = () => {
      if (mesh.isDirty || !actors.isInTurn || !this.#isDue(actors.thread)) flush();
    };
  }

  /** @param rings what a dead thread wrote is there, whenever one looks */
  #befallRing(member: number, inbound: Inbound, rings: { readonly areAllThere: boolean }): void {
    const look = inbound.look.bind(inbound);
    const pollSignals = inbound.pollSignals.bind(inbound);
    let isEarly = false;
    inbound.look = () => {
      isEarly = !rings.areAllThere && this.#isDue(member);
      return !isEarly && look();
    };
    inbound.pollSignals = () => (isEarly ? 0 : pollSignals());
  }

  #isDue(member: number): boolean {
    const isDue = this.#random.next() < this.#share;
    if (isDue) this.#steps.set(member, this.#scheduler.steps);
    return isDue;
  }

  /** False in a step in which the thread has looked too early, and so knows less than stands in its rings. */
  hasLooked(member: number): boolean {
    return this.#steps.get(member) !== this.#scheduler.steps;
  }
}
