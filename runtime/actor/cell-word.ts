import { LazyMailbox } from '../mailbox/lazy-mailbox.js';
import type { Hand } from './hand.js';
import type { CellStatus } from './lifecycle.js';
import { Readiness } from './readiness.js';

const { WAITING } = Readiness;
const STATUS_MASK = 0b111;
const OPEN = 1 << 3;
const TAKEN_SHIFT = 4;
/** Not zero where a handler has taken over answering. */
export const TAKEN_MASK = 0b11 << TAKEN_SHIFT;
/** The same for V8, which looks up an exported constant at each use. */
const TAKEN = TAKEN_MASK;
const EPOCH_SHIFT = 7;
const EPOCH_STEP = 1 << EPOCH_SHIFT;

/** Status and `open` of a word: `CellStatus.RUNNING` under this mask is an actor that may take a message. */
export const LIFE_MASK = STATUS_MASK | OPEN;

/**
 * Five small things that a cell knows about itself, in one word: an idle actor is to be small, and one load
 * answers what the loop over its messages asks before each.
 *
 * ```
 *  31                  7    6     5   4   3    2       0
 * +---------------------+---------+-------+------+---------+
 * |        epoch        | mailbox | taken | open | status  |
 * +---------------------+---------+-------+------+---------+
 * ```
 *
 * The epoch wraps after 2^25 steps; it is only compared for being the same. The readiness is not in it: that
 * changes three times in each turn, and a part of a word is slower to write than a word.
 */
export abstract class WordedCell<T extends NonNullable<unknown>> extends LazyMailbox<T> {
  declare readiness: Readiness;

  /** @param status with it the other parts are: no open turn, nobody has taken over answering, epoch 0 */
  constructor(status: CellStatus) {
    super(status);
    this.readiness = WAITING;
  }

  get status(): CellStatus {
    return (this.word & STATUS_MASK) as CellStatus;
  }

  set status(status: CellStatus) {
    this.word = (this.word & ~STATUS_MASK) | status;
  }

  /** True while an async handler or hook holds the turn. */
  get open(): boolean {
    return (this.word & OPEN) !== 0;
  }

  set open(open: boolean) {
    this.word = open ? this.word | OPEN : this.word & ~OPEN;
  }

  /** Whether the handler has taken over answering: forwarded, stashed or kept the requester. */
  get taken(): Hand {
    return ((this.word & TAKEN) >> TAKEN_SHIFT) as Hand;
  }

  set taken(taken: Hand) {
    this.word = (this.word & ~TAKEN) | (taken << TAKEN_SHIFT);
  }

  /** Changes whenever open turns become void: what settles under an old epoch has no effect. */
  get epoch(): number {
    return this.word >> EPOCH_SHIFT;
  }

  /** Open turns become void. */
  nextEpoch(): void {
    this.word = (this.word + EPOCH_STEP) | 0;
  }
}
