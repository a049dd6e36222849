import { IDLE, TimerEntry } from './timer-entry.js';

/** Levels of the wheel; each spans 64 times the one below. */
export const LEVEL_COUNT = 6;
/** Bits of the digit that chooses a slot of a level. */
export const DIGIT_BITS = 6;
/** Slots of a level. */
export const SLOTS_PER_LEVEL = 2 ** DIGIT_BITS;

/** The list of timers too far away for the top level. */
export const FAR = LEVEL_COUNT * SLOTS_PER_LEVEL;
/** The list of timers that fire at the next advance, whatever time it is then. */
export const DUE = FAR + 1;
/** The list of timers that are being fired. */
export const FIRING = DUE + 1;
const LIST_COUNT = FIRING + 1;

/**
 * The lists of a timer wheel, without any notion of time: slot `s` of level `l` has the index
 * `l * 64 + s`, and `FAR`, `DUE` and `FIRING` follow. Each is a circular doubly linked list through
 * its entries, closed by a sentinel; a bitmap of 64 bits a level says which slots are occupied.
 * All operations are O(1) but those on whole lists.
 */
export class TimerSlots<Owner> {
  readonly #sentinels: readonly TimerEntry<Owner | null>[];
  /** Low word and high word of each level. */
  readonly #occupied: Int32Array;

  constructor() {
    this.#sentinels = Array.from({ length: LIST_COUNT }, () => new TimerEntry<Owner | null>(null));
    this.#occupied = new Int32Array(LEVEL_COUNT * 2);
  }

  /** True when no entry stands in the list. */
  isEmpty(index: number): boolean {
    const sentinel = this.#sentinels[index]!;
    return sentinel.next === sentinel;
  }

  /** The first entry of a list, `undefined` when it is empty. */
  first(index: number): TimerEntry<Owner> | undefined {
    const sentinel = this.#sentinels[index]!;
    return sentinel.next === sentinel ? undefined : (sentinel.next as TimerEntry<Owner>);
  }

  /** The earliest deadline in a list, `Infinity` when it is empty. O(n). */
  earliestDeadlineMs(index: number): number {
    const sentinel = this.#sentinels[index]!;
    let earliestMs = Number.POSITIVE_INFINITY;
    for (let entry = sentinel.next; entry !== sentinel; entry = entry.next) {
      if (entry.deadlineMs < earliestMs) earliestMs = entry.deadlineMs;
    }
    return earliestMs;
  }

  /** Puts an entry that stands nowhere at the end of a list. */
  append(index: number, entry: TimerEntry<Owner | null>): void {
    const sentinel = this.#sentinels[index]!;
    const last = sentinel.prev;
    entry.prev = last;
    entry.next = sentinel;
    last.next = entry;
    sentinel.prev = entry;
    entry.listIndex = index;
    if (index < FAR) this.#occupied[index >>> 5]! |= 1 << (index & 31);
  }

  /** Takes an entry out of the list it stands in. */
  unlink(entry: TimerEntry<Owner | null>): void {
    const { prev, next, listIndex } = entry;
    prev.next = next;
    next.prev = prev;
    entry.prev = entry;
    entry.next = entry;
    entry.listIndex = IDLE;
    // The same neighbour on both sides can only be the sentinel.
    if (prev === next) this.#vacate(listIndex);
  }

  /** Moves the entries of a list, in order, to the end of another. */
  moveAll(fromIndex: number, toIndex: number): void {
    for (let entry = this.first(fromIndex); entry !== undefined; entry = this.first(fromIndex)) {
      this.unlink(entry);
      this.append(toIndex, entry);
    }
  }

  /** Empties a list and hands its entries, in order, to `place`, which may use the same list. */
  placeAll(index: number, place: (entry: TimerEntry<Owner>) => void): void {
    const sentinel = this.#sentinels[index]!;
    let entry = sentinel.next;
    sentinel.prev = sentinel;
    sentinel.next = sentinel;
    this.#vacate(index);
    while (entry !== sentinel) {
      const next = entry.next;
      place(entry as TimerEntry<Owner>);
      entry = next;
    }
  }

  /**
   * The first occupied slot of a level from digit `from` on, going round; `IDLE` if there is none.
   */
  nextOccupied(level: number, from: number): number {
    const low = this.#occupied[2 * level]!;
    const high = this.#occupied[2 * level + 1]!;
    if ((low | high) === 0) return IDLE;
    return level * SLOTS_PER_LEVEL + firstBitFrom(low, high, from);
  }

  #vacate(index: number): void {
    if (index < FAR) this.#occupied[index >>> 5]! &= ~(1 << (index & 31));
  }
}

/**
 * Index of the first set bit of a 64-bit word from `from` on, going round. One bit at least is set.
 */
function firstBitFrom(low: number, high: number, from: number): number {
  const lowAfter = from < 32 ? low & (-1 << from) : 0;
  if (lowAfter !== 0) return lowestBit(lowAfter);
  const highAfter = from <= 32 ? high : high & (-1 << (from - 32));
  if (highAfter !== 0) return 32 + lowestBit(highAfter);
  return low !== 0 ? lowestBit(low) : 32 + lowestBit(high);
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
