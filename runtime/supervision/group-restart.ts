import type { ChildControl } from './child-control.js';
import type { Child, ChildList } from './child-list.js';
import { INCARNATION_LIVES } from './child-phase.js';

/**
 * One round of a group restart (`one-for-all`, `rest-for-one`). The living members are halted in reverse
 * start order, one after another; then the round waits for the backoff; then all suspended children are
 * restarted in start order, each after the one before reported its start. Temporary members are
 * stopped for good instead of halted.
 *
 * A failure during the round widens it: the round goes back to halting with the greater group, and
 * what is already suspended stays so. Children added during the round are not members until a failure
 * takes them in.
 *
 * Source: `restart/2`, `terminate_children/2` and `start_children/2` in stdlib's supervisor.erl.
 */
export class GroupRestart {
  readonly #list: ChildList;
  readonly #control: ChildControl;
  /** The first member in start order; may be gone. */
  #floor: Child;
  /** Members whose incarnation must end, in start order: taken from the end. */
  #toHalt: Child[];
  /** Members to restart in start order; null until all have ended. */
  #toStart: Child[] | null;
  #startIndex: number;
  #resumeAtMs: number;

  /**
   * @param floor the first child in start order that belongs to the group
   * @param resumeAtMs no child is restarted before
   */
  constructor(list: ChildList, control: ChildControl, floor: Child, resumeAtMs: number) {
    this.#list = list;
    this.#control = control;
    this.#floor = floor;
    this.#toHalt = [];
    this.#toStart = null;
    this.#startIndex = 0;
    this.#resumeAtMs = resumeAtMs;
    this.#gather(floor);
  }

  /** True if the failure of this child is already answered by the round. */
  covers(child: Child): boolean {
    return child.id >= this.#floor.id;
  }

  /** Begins anew with all from `floor` on, and with the members whose end was still to come. */
  widen(floor: Child, resumeAtMs: number): void {
    const waiting = this.#next();
    if (waiting?.phase === 'backoff') this.#control.move(waiting, 'hold');
    if (floor.id < this.#floor.id) this.#floor = floor;
    this.#toStart = null;
    this.#startIndex = 0;
    this.#resumeAtMs = Math.max(this.#resumeAtMs, resumeAtMs);
    this.#gather(floor);
  }

  /** The backoff of the round is over. */
  resume(): void {
    this.#resumeAtMs = Number.NEGATIVE_INFINITY;
    const waiting = this.#next();
    if (waiting?.phase === 'backoff') this.#control.move(waiting, 'hold');
  }

  /** Takes the steps that are possible now. True when the last member has started. */
  advance(nowMs: number): boolean {
    if (!this.#haltNext()) return false;
    this.#toStart ??= this.#suspended();
    return this.#startNext(this.#toStart, nowMs);
  }

  /** True when no member is left to halt. */
  #haltNext(): boolean {
    for (let child = this.#toHalt.at(-1); child !== undefined; child = this.#toHalt.at(-1)) {
      if (child.phase === 'halting' || child.phase === 'stopping') return false;
      if (INCARNATION_LIVES[child.phase]) {
        if (child.policy.restart === 'temporary') this.#control.stop(child);
        else this.#control.halt(child);
        return false;
      }
      this.#toHalt.pop();
    }
    return true;
  }

  #startNext(toStart: readonly Child[], nowMs: number): boolean {
    for (;;) {
      const child = toStart[this.#startIndex];
      if (child === undefined) return true;
      if (child.phase === 'restarting' || child.phase === 'backoff') return false;
      if (child.phase === 'suspended') {
        if (nowMs < this.#resumeAtMs) this.#control.delay(child, this.#resumeAtMs - nowMs);
        else this.#control.restart(child);
        return false;
      }
      this.#startIndex++;
    }
  }

  #next(): Child | undefined {
    return this.#toStart?.[this.#startIndex];
  }

  #gather(floor: Child): void {
    this.#toHalt = [];
    for (let child = this.#first(); child !== null; child = child.next) {
      if (!INCARNATION_LIVES[child.phase]) continue;
      if (child.id < floor.id && !child.toHalt) continue;
      child.openExtras().toHalt = true;
      this.#toHalt.push(child);
    }
  }

  /** A member that still restarts in front of a later failure is awaited like those to come. */
  #suspended(): Child[] {
    const children: Child[] = [];
    for (let child = this.#first(); child !== null; child = child.next) {
      if (child.phase === 'suspended' || child.phase === 'restarting') children.push(child);
    }
    return children;
  }

  #first(): Child | null {
    return this.#floor.phase === 'gone' ? this.#list.head : this.#floor;
  }
}
