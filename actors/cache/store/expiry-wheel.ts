import { grown, SlotLists } from './slot-lists.js';

/** A bucket spans about a second; one turn of the wheel takes 17 minutes. */
const BUCKET_MS = 1024;
const BUCKET_COUNT = 1024;
/** The list of those that are looked at now. */
const DUE = BUCKET_COUNT;

/**
 * When entries are to be looked at for having expired: a hashed wheel of 1024 buckets. An entry that is not
 * due when its bucket comes round, because it lives for longer than a turn or was prolonged, is put back.
 *
 * It gives memory back; whether an entry is alive is decided by its deadline whenever it is read.
 *
 * Source: Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987), scheme 6.
 */
export class ExpiryWheel {
  readonly #lists: SlotLists;
  #linked: Uint8Array;
  /** The bucket to be looked at next, counted from the beginning of time. */
  #tick: number;

  constructor(nowMs: number, capacity: number) {
    this.#lists = new SlotLists(BUCKET_COUNT + 1, capacity);
    this.#linked = new Uint8Array(capacity);
    this.#tick = Math.floor(nowMs / BUCKET_MS);
  }

  grow(capacity: number): void {
    this.#lists.grow(capacity);
    this.#linked = grown(this.#linked, capacity);
  }

  /** Arms a slot, or moves it. `atMs`: finite. */
  schedule(slot: number, atMs: number): void {
    if (this.#linked[slot] === 1) this.#lists.remove(slot);
    this.#linked[slot] = 1;
    const tick = Math.max(this.#tick, Math.floor(atMs / BUCKET_MS));
    this.#lists.pushFront(tick % BUCKET_COUNT, slot);
  }

  /**
   * Moves a slot from one deadline to another. A later one is left to be noticed when the earlier has come.
   */
  move(slot: number, fromMs: number, toMs: number): void {
    if (toMs === Number.POSITIVE_INFINITY) this.cancel(slot);
    else if (this.#linked[slot] === 0 || toMs < fromMs) this.schedule(slot, toMs);
  }

  cancel(slot: number): void {
    if (this.#linked[slot] === 0) return;
    this.#linked[slot] = 0;
    this.#lists.remove(slot);
  }

  /**
   * Looks at entries whose time may have come.
   * @param atMs the deadline of each slot
   * @param limit entries to look at, at most
   * @param expire is given those that are over, disarmed
   * @returns false when the limit came first: call again
   */
  sweep(nowMs: number, atMs: Float64Array, limit: number, expire: (slot: number) => void): boolean {
    const present = Math.floor(nowMs / BUCKET_MS);
    this.#tick = Math.max(this.#tick, present - BUCKET_COUNT);
    let left = limit;
    for (;;) {
      for (let slot = this.#lists.last(DUE); slot >= 0; slot = this.#lists.last(DUE)) {
        if (left-- === 0) return false;
        this.cancel(slot);
        if (atMs[slot]! <= nowMs) expire(slot);
        else if (atMs[slot]! !== Number.POSITIVE_INFINITY) this.schedule(slot, atMs[slot]!);
      }
      if (this.#tick >= present) return true;
      this.#lists.moveAll(this.#tick % BUCKET_COUNT, DUE);
      this.#tick++;
    }
  }
}
