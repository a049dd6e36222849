import { TimerEntry } from '../scheduler/timer-entry.js';
import type { ActorCell } from './actor-cell.js';
import type { TimerOwner } from './cell-host.js';
import { CellStatus } from './lifecycle.js';

/** Tells an actor that no message has come for a time, again and again until it is ended. */
export class ReceiveTimeout implements TimerOwner {
  readonly #cell: ActorCell;
  readonly #entry: TimerEntry<TimerOwner>;
  readonly #timeoutMs: number;
  lastMessageMs: number;

  /** @param timeoutMs more than 0 */
  constructor(cell: ActorCell, timeoutMs: number) {
    this.#cell = cell;
    this.#timeoutMs = timeoutMs;
    this.#entry = new TimerEntry<TimerOwner>(this);
    this.lastMessageMs = cell.host.clock.now();
    cell.host.wheel.schedule(this.#entry, this.lastMessageMs, timeoutMs);
  }

  cancel(): void {
    this.#cell.host.wheel.cancel(this.#entry);
  }

  expired(): void {
    const cell = this.#cell;
    if (cell.status !== CellStatus.RUNNING) return;
    const now = cell.host.clock.now();
    const quietMs = cell.open || cell.queuedCount > 0 ? 0 : now - this.lastMessageMs;
    const restMs = this.#timeoutMs - quietMs;
    cell.host.wheel.schedule(this.#entry, now, Math.max(restMs, 1));
    if (restMs > 0) return;
    this.lastMessageMs = now;
    cell.notify({ type: 'receive-timeout' });
  }
}
