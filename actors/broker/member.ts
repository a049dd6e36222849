import type { Outstanding } from './outstanding.js';

/** Ordinals are positive 32-bit integers. */
const MAX_ORDINAL = 0x7fffffff;

/** Who holds deliveries: a client or an actor. All its deliveries come back together when it is gone. */
export class Holder {
  /** For people: the path of an actor, the name of a client. */
  readonly id: string;
  /**
   * In shared memory: the ordinal of the delivery whose handler runs, 0 for none. With it deadlines are
   * extended while it is busy, and one that dies has failed that message only.
   */
  readonly handling: Int32Array | null;
  /** No handler is extended for longer. */
  readonly maxHandlingMs: number;
  #lastOrdinal = 0;
  #seenOrdinal = 0;
  #seenSinceMs = 0;

  constructor(id: string, handling: Int32Array | null, maxHandlingMs: number) {
    this.id = id;
    this.handling = handling;
    this.maxHandlingMs = maxHandlingMs;
  }

  /** Numbers a delivery to it, from 1. */
  nextOrdinal(): number {
    this.#lastOrdinal = (this.#lastOrdinal % MAX_ORDINAL) + 1;
    return this.#lastOrdinal;
  }

  /** The ordinal in hand, 0 for none or unknown. */
  get ordinalInHand(): number {
    return this.handling === null ? 0 : Atomics.load(this.handling, 0);
  }

  /** True while a handler runs that has not been running for too long, as far as was seen. */
  mayExtend(nowMs: number): boolean {
    const ordinal = this.ordinalInHand;
    if (ordinal === 0) return false;
    if (ordinal !== this.#seenOrdinal) {
      this.#seenOrdinal = ordinal;
      this.#seenSinceMs = nowMs;
    }
    return nowMs - this.#seenSinceMs < this.maxHandlingMs;
  }
}

/**
 * One demand for messages of a group: a pull, which ends with its batch, or a consumer to which messages are
 * pushed as long as it holds less than its limit.
 */
export class Member {
  readonly holder: Holder;
  /** Which pull of its holder, from 1; 0 for a consumer. */
  readonly pull: number;
  readonly isPull: boolean;
  /** Most messages that it has at a time, or the size of the pull. */
  readonly limit: number;
  /** Messages that may be given to it now. */
  credit: number;
  /** Bytes that a pull may still get; the first message is given whatever its size. */
  bytesLeft: number;
  /** Given to it and not yet sent: the shell empties it. */
  batch: Outstanding[] = [];
  isOpen = true;
  /** It stands in the line of those with credit. */
  isQueued = false;

  constructor(holder: Holder, pull: number, credit: number, bytesLeft: number) {
    this.holder = holder;
    this.pull = pull;
    this.isPull = pull > 0;
    this.limit = credit;
    this.credit = credit;
    this.bytesLeft = bytesLeft;
  }
}
