import type { TimerOwner } from '../actor/cell-host.js';
import { TimerEntry } from '../scheduler/timer-entry.js';

/** The one timer a child can have: its backoff or the deadline of its stop. */
export class ChildTimer implements TimerOwner {
  readonly entry = new TimerEntry<TimerOwner>(this);
  readonly #fire: () => void;

  constructor(fire: () => void) {
    this.#fire = fire;
  }

  expired(): void {
    this.#fire();
  }
}
