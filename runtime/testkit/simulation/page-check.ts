import type { World } from './world.js';

/** Holds that the children of a declared list start one after the other. */
export class PageCheck {
  readonly #world: World;
  /** Supervisors of which a child is starting, by number. */
  readonly #starting = new Set<number>();

  constructor(world: World) {
    this.#world = world;
  }

  /**
   * A child begins to start: the one before it must have started. One that has failed since its own start is
   * restarted only when the whole list has started.
   */
  begins(steward: number, isFirst: boolean): void {
    const world = this.#world;
    if (world.isGhost || world.deaths > 0) return;
    if (this.#starting.has(steward)) {
      world.violate('ordered-start', `supervisor ${steward} starts two children at once`);
    }
    if (!isFirst) {
      world.met('a declared child fails and is restarted');
      return;
    }
    this.#starting.add(steward);
    world.met('declared children start in order');
  }

  starts(steward: number): void {
    if (!this.#world.isGhost) this.#starting.delete(steward);
  }
}
