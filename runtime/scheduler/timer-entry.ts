/** `listIndex` of a timer that stands in no list. */
export const IDLE = -1;

/**
 * One timer: an entry of a timer wheel, made once by its owner and armed as often as needed. Not
 * meant to be subclassed: entries of one shape keep the wheel's code monomorphic.
 */
export class TimerEntry<Owner> {
  /** Whom the expiry concerns. */
  readonly owner: Owner;
  /**
   * Monotonic time of expiry, in milliseconds, of the latest arming. Written by the wheel alone.
   */
  deadlineMs: number;
  /**
   * Neighbours in the list of the wheel; the entry itself while idle. Written by the wheel alone.
   */
  prev: TimerEntry<Owner>;
  next: TimerEntry<Owner>;
  /** The list of the wheel, -1 while idle. Written by the wheel alone. */
  listIndex: number;

  constructor(owner: Owner) {
    this.owner = owner;
    this.deadlineMs = 0.5; // a fraction, so that the field is a double from the start
    this.prev = this;
    this.next = this;
    this.listIndex = IDLE;
  }

  /** True from arming until the timer expires or is cancelled. */
  get isArmed(): boolean {
    return this.listIndex !== IDLE;
  }
}
