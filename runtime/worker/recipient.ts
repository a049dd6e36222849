import type { ActorCell } from '../actor/actor-cell.js';
import { CellStatus } from '../actor/lifecycle.js';
import { CounterIndex } from '../memory/counters.js';
import type { ActorThread } from './actor-thread.js';
import type { ArrivalSink, Recipient } from './arrival-sink.js';

// Taken out of their tables once: V8 folds a constant of this module, but looks up an imported one at each use.
const { received: RECEIVED, enqueued: ENQUEUED } = CounterIndex;
const { TERMINATED } = CellStatus;

/** The actor that told messages go to now; there is one of these for a thread. */
class CellRecipient implements Recipient {
  cell: ActorCell | null = null;
  readonly #counters: Float64Array;

  constructor(counters: Float64Array) {
    this.#counters = counters;
  }

  arrived(message: NonNullable<unknown>): void {
    const counters = this.#counters;
    counters[RECEIVED] = counters[RECEIVED]! + 1;
    this.cell!.accept(message, false);
  }

  get appendRoom(): number {
    const cell = this.cell!;
    return cell.status === TERMINATED ? 0 : cell.appendRoom;
  }

  append(message: NonNullable<unknown>): void {
    this.cell!.append(message);
  }

  appended(count: number): void {
    const counters = this.#counters;
    counters[RECEIVED] = counters[RECEIVED]! + count;
    counters[ENQUEUED] = counters[ENQUEUED]! + count;
    this.cell!.admitted();
  }
}

/** Finds the actors of a thread for those who read its rings. One that is found holds until the next is asked for. */
export function recipientsOf(thread: ActorThread): ArrivalSink['recipient'] {
  const recipient = new CellRecipient(thread.counters);
  return (_from, creator, slot, generation) => {
    // What waits for a dead thread's actors to come back must not be overtaken.
    if (thread.recovery.hasHeld) return null;
    const cell = thread.cells.find(creator, slot, generation);
    if (cell === undefined) return null;
    recipient.cell = cell;
    return recipient;
  };
}
