import type { SeededRandom } from '../../base/random.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import type { Scheduler } from './scheduler.js';

/**
 * A thread may look at its rings just before another one writes: then that look sees nothing, and the one
 * before the sleep has to. So some looks of a turn, and some tries to write what waits for room, are left out.
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
    const flush = mesh.flush.bind(mesh);
    mesh.flush = () => {
      if (mesh.isDirty || !actors.isInTurn || !this.#isDue(actors.thread)) flush();
    };
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
