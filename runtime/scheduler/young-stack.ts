/** Slots that an empty stack keeps for the next burst. */
export const KEPT_YOUNG_SLOTS = 1024;

/**
 * A stack of groups: what is pushed between two takes is a group, taken in the order in which it was pushed, and
 * the newest group goes first. Children that an actor spawns in a turn are one.
 *
 * ```
 *  slots  | taken | a b c |  taken  | d e | f g h |
 *                   ^       ^         ^     ^       ^
 *          next of a group  start     next  end     count
 *          below            of the newest group; f g h are a group with the next take
 * ```
 *
 * `push` and `shift` are O(1), amortised, and write each item once; slots of a group are used again when it is done.
 */
export class YoungStack<T extends NonNullable<unknown>> {
  #slots: (T | undefined)[] = [];
  /** Slots in use: 0 for an empty stack. */
  #count = 0;
  #start = 0;
  #next = 0;
  #end = 0;
  /** Start and next of each group below the newest, whose end is the start of the one above. */
  readonly #below: number[] = [];
  #length = 0;

  /** Items in the stack. */
  get length(): number {
    return this.#length;
  }

  /** Slots of the present storage. For tests and inspection of memory. */
  get slotCount(): number {
    return this.#slots.length;
  }

  /** Adds an item behind those that were pushed since the last take. */
  push(item: T): void {
    this.#slots[this.#count++] = item;
    this.#length++;
  }

  /** Takes the next item of the newest group, `undefined` when there is none. */
  shift(): T | undefined {
    if (this.#count === 0) return undefined;
    if (this.#end < this.#count) this.#open();
    const slots = this.#slots;
    const item = slots[this.#next];
    slots[this.#next++] = undefined;
    this.#length--;
    if (this.#next === this.#end) this.#close();
    return item;
  }

  /** What was pushed since the last take is the newest group now. */
  #open(): void {
    if (this.#end > 0) this.#below.push(this.#start, this.#next);
    this.#start = this.#end;
    this.#next = this.#end;
    this.#end = this.#count;
  }

  /** The newest group is done: back to the one below. */
  #close(): void {
    const end = this.#start;
    this.#count = end;
    this.#end = end;
    this.#next = end === 0 ? 0 : this.#below.pop()!;
    this.#start = end === 0 ? 0 : this.#below.pop()!;
    if (end === 0 && this.#slots.length > KEPT_YOUNG_SLOTS) this.#slots = [];
  }
}
