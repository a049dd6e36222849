import { InvariantError } from '../base/assert.js';
import { IDLE, type TimerEntry } from './timer-entry.js';
import {
  DIGIT_BITS,
  DUE,
  FAR,
  FIRING,
  LEVEL_COUNT,
  SLOTS_PER_LEVEL,
  TimerSlots,
} from './timer-slots.js';

/** Ticks of one slot of the top level, 2^30: the part of a tick that fits 32-bit arithmetic. */
const UNIT_TICKS = 2 ** (DIGIT_BITS * (LEVEL_COUNT - 1));
const TOP_LEVEL = LEVEL_COUNT - 1;
const DIGIT_MASK = SLOTS_PER_LEVEL - 1;

/**
 * A hierarchical hashed timing wheel: 6 levels of 64 slots, ticks of 1 ms, arming and cancelling
 * O(1).
 *
 * A timer lies on the level of the highest 6-bit digit in which its tick differs from the present
 * one, in the slot of that digit; on the top level by its distance in units of 2^30 ticks (12
 * days), and 64 units ahead (2.2 years) or more on a list apart. When time enters a slot above
 * level 0, its timers are spread over the levels below, in order. So all timers of a level are
 * earlier than those of the levels above, and the next event is the first occupied slot of the
 * lowest occupied level. {@link advance} jumps from one occupied slot to the next: its cost grows
 * with the timers it meets, not with the time that has passed.
 *
 * Guarantees: never early; a timer fires at the first advance whose `nowMs`, rounded down to a
 * whole tick, reaches its deadline, rounded up to one; ticks in order, and within a tick in order
 * of arming. What is due already when it is armed, and what the visitor arms for the time that
 * `advance` has reached, fires first at the next advance.
 *
 * Source: Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987); the digit rule is
 * tokio's.
 */
export class TimerWheel<Owner> {
  readonly #slots: TimerSlots<Owner>;
  /** {@link #place} as a value, for whole lists. */
  readonly #placeEntry: (timer: TimerEntry<Owner>) => void;
  /** The tick the wheel stands at, as units of 2^30 and the rest. */
  #unit: number;
  #tickInUnit: number;
  /** The tick of the latest advance; the wheel is behind it only while one is under way. */
  #horizonTick: number;
  #size: number;
  /** Before this time there is nothing to do: the tick has not changed, and nothing is due already. */
  #quietUntilMs: number;

  /**
   * @param nowMs present monotonic time in milliseconds, from 0 up
   * @throws {InvariantError} when it is no finite time
   */
  constructor(nowMs: number) {
    this.#slots = new TimerSlots();
    this.#placeEntry = (timer) => this.#place(timer);
    this.#horizonTick = wholeTick(nowMs);
    this.#unit = 0;
    this.#tickInUnit = 0;
    this.#size = 0;
    this.#quietUntilMs = 0;
    this.#moveTo(this.#horizonTick);
  }

  /** Armed timers. */
  get size(): number {
    return this.#size;
  }

  /**
   * Arms a timer for `nowMs + delayMs`; one that is armed already is moved there. A delay of 0
   * expires at the next advance.
   * @param nowMs monotonic time from which the delay counts: the present, or the last deadline of
   *   this timer for a steady beat
   * @param delayMs from 0 up, finite
   * @throws {InvariantError} when that is no finite time
   */
  schedule(timer: TimerEntry<Owner>, nowMs: number, delayMs: number): void {
    const deadlineMs = nowMs + delayMs;
    if (!(delayMs >= 0 && deadlineMs <= Number.MAX_SAFE_INTEGER)) {
      throw new InvariantError(`no time for a timer: ${nowMs} + ${delayMs} ms`);
    }
    if (timer.listIndex === IDLE) this.#size++;
    else this.#slots.unlink(timer);
    timer.deadlineMs = deadlineMs;
    if (delayMs === 0 || Math.ceil(deadlineMs) <= this.#horizonTick) {
      this.#slots.append(DUE, timer);
      this.#quietUntilMs = 0;
    } else {
      this.#place(timer);
    }
  }

  /** Disarms a timer. False when it was not armed. */
  cancel(timer: TimerEntry<Owner>): boolean {
    if (timer.listIndex === IDLE) return false;
    this.#slots.unlink(timer);
    this.#size--;
    return true;
  }

  /**
   * Moves time to `nowMs` and shows each timer that has expired to `visit`, disarmed already, so
   * that it can be armed again there. If `visit` throws, the rest fires at the next advance. Time
   * that goes back counts as standing still. Returns how many were shown.
   * @throws {InvariantError} when `nowMs` is no finite time
   */
  advance(nowMs: number, visit: (timer: TimerEntry<Owner>) => void): number {
    if (nowMs < this.#quietUntilMs && nowMs >= 0) return 0;
    return this.#advance(wholeTick(nowMs), visit);
  }

  #advance(tick: number, visit: (timer: TimerEntry<Owner>) => void): number {
    this.#quietUntilMs = 0;
    if (tick > this.#horizonTick) this.#horizonTick = tick;
    let firedCount = 0;
    if (this.#size > 0) {
      this.#slots.moveAll(DUE, FIRING);
      firedCount += this.#fire(visit);
      while (this.#enterNextSlot()) firedCount += this.#fire(visit);
    }
    this.#moveTo(this.#horizonTick);
    if (this.#slots.isEmpty(DUE)) this.#quietUntilMs = this.#horizonTick + 1;
    return firedCount;
  }

  /**
   * A time, in milliseconds, before which nothing expires: `Infinity` without timers, in the past
   * if something is due. Never later than the next expiry. It can be earlier, but to advance to it
   * brings the wheel forward: the next answer is later, or a timer has fired.
   */
  nextExpiryMs(): number {
    if (this.#size === 0) return Number.POSITIVE_INFINITY;
    if (!this.#slots.isEmpty(DUE) || !this.#slots.isEmpty(FIRING)) return this.#horizonTick;
    const index = this.#nextSlot();
    return index === FAR ? this.#firstFarTick() : this.#startTick(index);
  }

  /** Fires what stands in the firing list; entries may leave it meanwhile. */
  #fire(visit: (timer: TimerEntry<Owner>) => void): number {
    let firedCount = 0;
    let timer = this.#slots.first(FIRING);
    while (timer !== undefined) {
      this.#slots.unlink(timer);
      this.#size--;
      firedCount++;
      visit(timer);
      timer = this.#slots.first(FIRING);
    }
    return firedCount;
  }

  /**
   * Moves time to the next occupied slot up to the horizon: its timers go to the firing list (level
   * 0) or down the levels. False when there is none.
   */
  #enterNextSlot(): boolean {
    const index = this.#nextSlot();
    if (index === IDLE) return false;
    if (index === FAR) return this.#enterFar();
    const tick = this.#startTick(index);
    if (tick > this.#horizonTick) return false;
    this.#moveTo(tick);
    if (index < SLOTS_PER_LEVEL) this.#slots.moveAll(index, FIRING);
    else this.#slots.placeAll(index, this.#placeEntry);
    return true;
  }

  /** With nothing nearer, moves time to the unit of the earliest far timer, if it has begun. */
  #enterFar(): boolean {
    if (this.#firstFarTick() > this.#horizonTick) return false;
    const earliestMs = this.#slots.earliestDeadlineMs(FAR);
    const unit = Math.floor(Math.ceil(earliestMs) / UNIT_TICKS);
    if (unit * UNIT_TICKS > this.#horizonTick) return false;
    this.#moveTo(unit * UNIT_TICKS);
    return true;
  }

  /**
   * Sets the present tick. Nothing may lie in between. Far timers come nearer with each new unit.
   */
  #moveTo(tick: number): void {
    const unit = Math.floor(tick / UNIT_TICKS);
    this.#tickInUnit = tick - unit * UNIT_TICKS;
    if (unit === this.#unit) return;
    this.#unit = unit;
    // At once, so that a far timer stands before those armed for the same tick from now on.
    if (!this.#slots.isEmpty(FAR)) this.#slots.placeAll(FAR, this.#placeEntry);
  }

  /** Puts a timer into the list of its tick, which is not before the present one. */
  #place(timer: TimerEntry<Owner>): void {
    const tick = Math.ceil(timer.deadlineMs);
    const unit = Math.floor(tick / UNIT_TICKS);
    if (unit !== this.#unit) {
      const isFar = unit - this.#unit >= SLOTS_PER_LEVEL;
      const top = TOP_LEVEL * SLOTS_PER_LEVEL;
      this.#slots.append(isFar ? FAR : top + (unit % SLOTS_PER_LEVEL), timer);
      return;
    }
    const tickInUnit = tick - unit * UNIT_TICKS;
    // The lowest bit counts as different, so that the present tick lands on level 0.
    const highestBit = 31 - Math.clz32((tickInUnit ^ this.#tickInUnit) | 1);
    const level = (highestBit / DIGIT_BITS) | 0;
    const digit = (tickInUnit >>> (level * DIGIT_BITS)) & DIGIT_MASK;
    this.#slots.append(level * SLOTS_PER_LEVEL + digit, timer);
  }

  /** The slot of the next event; FAR or IDLE when no slot is occupied. */
  #nextSlot(): number {
    for (let level = 0; level < TOP_LEVEL; level++) {
      const index = this.#slots.nextOccupied(level, 0);
      if (index !== IDLE) return index;
    }
    // Only the top level wraps: slots before the present digit are those of the next round.
    const index = this.#slots.nextOccupied(TOP_LEVEL, this.#unit % SLOTS_PER_LEVEL);
    if (index !== IDLE) return index;
    return this.#slots.isEmpty(FAR) ? IDLE : FAR;
  }

  /** No far timer is due before this tick. */
  #firstFarTick(): number {
    return (this.#unit + SLOTS_PER_LEVEL) * UNIT_TICKS;
  }

  /** The first tick of an occupied slot: the present one or later. */
  #startTick(index: number): number {
    const level = index >>> DIGIT_BITS;
    const digit = index & DIGIT_MASK;
    if (level === TOP_LEVEL) {
      const distance = (digit - this.#unit) & DIGIT_MASK;
      return (this.#unit + distance) * UNIT_TICKS;
    }
    const shift = level * DIGIT_BITS;
    const above = (this.#tickInUnit >>> (shift + DIGIT_BITS)) << (shift + DIGIT_BITS);
    return this.#unit * UNIT_TICKS + above + (digit << shift);
  }
}

function wholeTick(nowMs: number): number {
  if (nowMs >= 0 && nowMs <= Number.MAX_SAFE_INTEGER) return Math.floor(nowMs);
  throw new InvariantError(`no time for a timer wheel: ${nowMs} ms`);
}
