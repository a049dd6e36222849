import type { AnyRef } from '../ref/actor-ref.js';
import { TimerEntry } from '../scheduler/timer-entry.js';
import type { ActorCell } from './actor-cell.js';
import type { TimerOwner } from './cell-host.js';
import type { CellReport } from './cell-signals.js';

/** Where an ask goes when its time is up, or half up. */
export interface AskExpiry {
  askExpired(ask: PendingAsk): void;
}

/**
 * One ask (or awaited send) that has no answer yet: a row of the thread's ask table. Rows are used again;
 * the generation tells one use from the next. The asks of one actor form a list, so that they can be
 * voided with its incarnation and followed when a cycle is looked for.
 */
export class PendingAsk implements TimerOwner {
  readonly slot: number;
  readonly entry: TimerEntry<TimerOwner>;
  readonly #expiry: AskExpiry;
  generation = 0;
  target: AnyRef | null = null;
  resolve: ((value: unknown) => void) | null = null;
  reject: ((error: unknown) => void) | null = null;
  /** The actor that asked, if one did; and in which turn. */
  by: ActorCell | null = null;
  epoch = 0;
  turn = 0;
  askedAtMs = 0.5;
  timeoutMs = 0.5;
  /** Position of the ring after the request; NaN when it did not go straight into a ring. */
  position = Number.NaN;
  /** Asks once more, where the runtime itself asks; null for asks of actors, whose requests are not repeated. */
  again: (() => void) | null = null;
  /** True while the call that made it is on the stack. */
  isOpening = false;
  /** True once the probe for cycles and state has been sent. */
  probed = false;
  /** What the target said of itself when it was probed, for the timeout error. */
  report: CellReport | null = null;
  /** Takes the listener off the asker's AbortSignal. */
  unlisten: (() => void) | null = null;
  previous: PendingAsk | null = null;
  next: PendingAsk | null = null;

  constructor(slot: number, expiry: AskExpiry) {
    this.slot = slot;
    this.#expiry = expiry;
    this.entry = new TimerEntry<TimerOwner>(this);
  }

  /** A question of the runtime itself, which is not measured. */
  get isQuery(): boolean {
    return this.again !== null;
  }

  get isPending(): boolean {
    return this.resolve !== null;
  }

  expired(): void {
    this.#expiry.askExpired(this);
  }

  /** Puts this ask into its actor's list. */
  link(by: ActorCell): void {
    this.by = by;
    this.epoch = by.epoch;
    this.turn = by.turn;
    this.previous = null;
    const extras = by.openExtras();
    this.next = extras.asks;
    if (extras.asks !== null) extras.asks.previous = this;
    extras.asks = this;
  }

  unlink(): void {
    if (this.by === null) return;
    if (this.previous === null) this.by.openExtras().asks = this.next;
    else this.previous.next = this.next;
    if (this.next !== null) this.next.previous = this.previous;
    this.by = null;
    this.previous = null;
    this.next = null;
  }
}
