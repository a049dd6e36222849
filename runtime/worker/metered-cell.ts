import { ActorCell } from '../actor/actor-cell.js';
import type { CellRecipe } from '../actor/cell-recipe.js';
import type { CellStatus } from '../actor/lifecycle.js';
import type { Origin } from '../actor/origin.js';
import type { AnyRef } from '../ref/actor-ref.js';
import type { ThreadMeter } from './thread-meter.js';

/** An actor where `metrics` is on: now and then a message is marked, to see how long it waits in the mailbox. */
export class MeteredCell extends ActorCell {
  /** Since when an async handler has held the turn; NaN when none ever has. */
  heldSinceMs = Number.NaN;
  /** What `turn` was when the scan of all actors came by last, and when that was. */
  seenTurn = 0;
  seenAtMs = Number.NaN;
  readonly #meter: ThreadMeter;

  constructor(
    meter: ThreadMeter,
    recipe: CellRecipe,
    origin: Origin,
    parent: AnyRef | null,
    status: CellStatus,
  ) {
    super(recipe, origin, parent, status);
    this.#meter = meter;
  }

  /** Each message is looked at. */
  override get appendRoom(): number {
    return 0;
  }

  override accept(item: NonNullable<unknown>, throwing: boolean): boolean {
    const isAccepted = super.accept(item, throwing);
    if (isAccepted && --this.#meter.untilMark <= 0) this.#meter.mark(this, item);
    return isAccepted;
  }
}
