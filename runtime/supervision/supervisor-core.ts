import { type ExitReason, failed as failedWith, isAbnormal } from '../actor/exit-reason.js';
import { wantsRestart } from '../actor/restart-type.js';
import { assert, InvariantError, unreachable } from '../base/assert.js';
import type { Random } from '../base/random.js';
import { backoffDelayMs, nextAttempts } from './backoff.js';
import { ChildControl } from './child-control.js';
import { type Child, ChildList } from './child-list.js';
import { intensityExceeded, startFailure } from './escalation.js';
import { GroupRestart } from './group-restart.js';
import { OrderedStart } from './ordered-start.js';
import { RestartIntensity } from './restart-intensity.js';
import type { SupervisorPolicy } from './strategy.js';
import {
  SUPERVISOR_TRANSITIONS,
  type SupervisorEvent,
  type SupervisorMode,
} from './supervisor-mode.js';
import type { ChildId, SupervisorEffect, SupervisorInput } from './supervisor-protocol.js';

/**
 * The decisions of a supervisor, OTP's, as a machine without clock, chance or I/O: one input in, the
 * effects it takes out. `supervisor-protocol.ts` says what each means, {@link CHILD_TRANSITIONS} and
 * {@link SUPERVISOR_TRANSITIONS} how it moves.
 *
 * - A failure that the restart type answers with a restart counts once, whatever the strategy takes along.
 *   One too many within the period stops all children in reverse order and then fails the supervisor.
 * - A group member that ends by itself before its halt came counts as halted, if its restart type wants it
 *   back at all; else it is released.
 * - An exit during the first start is a failed start: the child is released. If it was the awaited one of the
 *   declared list, the supervisor fails.
 * - A child that terminated is forgotten; no group restart brings it back (unlike OTP's static children, which
 *   keep their specification).
 * - `add`, `started`, `exited`, `terminated` and `remove` take O(1) with `one-for-one`; a group restart is
 *   linear in the children behind the first member, a stop linear in all.
 *
 * Sources: https://www.erlang.org/doc/apps/stdlib/supervisor.html,
 * https://www.erlang.org/doc/system/sup_princ.html
 */
export class SupervisorCore {
  readonly #policy: SupervisorPolicy;
  readonly #random: Random;
  readonly #list: ChildList;
  readonly #control: ChildControl;
  readonly #intensity: RestartIntensity;
  #mode: SupervisorMode;
  #isDeclared: boolean;
  #startup: OrderedStart | null;
  #round: GroupRestart | null;
  /** Why the supervisor fails once its children are stopped; null for an ordered stop. */
  #error: Error | null;

  constructor(policy: SupervisorPolicy, random: Random) {
    this.#policy = policy;
    this.#random = random;
    this.#list = new ChildList();
    this.#control = new ChildControl(this.#list);
    this.#intensity = new RestartIntensity(policy.intensity, policy.periodMs);
    this.#mode = 'running';
    this.#isDeclared = false;
    this.#startup = null;
    this.#round = null;
    this.#error = null;
  }

  get mode(): SupervisorMode {
    return this.#mode;
  }

  /** Children, those on their way out included. */
  get childCount(): number {
    return this.#list.count;
  }

  /** A child as it was added; `undefined` once it is gone. */
  childOf(id: ChildId): Child | undefined {
    return this.#list.get(id);
  }

  /** Children in start order, those on their way out included. None may go meanwhile. */
  children(): IterableIterator<Child> {
    return this.#list[Symbol.iterator]();
  }

  /**
   * Takes one input. Reports of children that are gone, second exits of an incarnation and stale timers are void.
   * @param nowMs monotonic
   * @returns the effects to carry out, in order; valid for good, shared if empty
   * @throws {InvariantError} on a report that contradicts what was ordered, an id added twice, a second
   *   declared list, a child added after the end
   */
  step(input: SupervisorInput, nowMs: number): readonly SupervisorEffect[] {
    switch (input.type) {
      case 'add':
        this.#add(input.child);
        break;
      case 'addDeclared':
        this.#declare(input.children);
        break;
      case 'exited':
        this.#exited(input.ids, input.reason, nowMs);
        break;
      case 'stopAll':
        if (this.#mode === 'running' || this.#mode === 'starting') this.#shutDown(null);
        break;
      case 'started':
      case 'startFailed':
      case 'terminated':
      case 'remove':
      case 'timer': {
        const child = this.#list.get(input.id);
        if (child !== undefined) this.#ofChild(child, input, nowMs);
        break;
      }
      default:
        unreachable(input);
    }
    this.#advance(nowMs);
    return this.#control.take();
  }

  /**
   * The short way: nothing but the child moves as long as no start of a list, group restart or stop is under way.
   * @returns false when it has to be told to {@link step}
   */
  tookShort(event: 'add' | 'started' | 'terminated', child: Child): boolean {
    if (this.#mode !== 'running' || this.#round !== null) return false;
    // A timer is given up with an effect, and a start counts for the backoff.
    if (child.timerToken !== 0 || child.policy.backoff !== null) return false;
    if (event === 'add') this.#list.append(child, 'starting');
    else if (child.phase !== 'gone') this.#control.move(child, event);
    return true;
  }

  #ofChild(
    child: Child,
    input: Extract<SupervisorInput, { readonly id: ChildId }>,
    nowMs: number,
  ): void {
    switch (input.type) {
      case 'started':
        this.#control.move(child, 'started');
        if (child.policy.backoff !== null) child.openExtras().startedAtMs = nowMs;
        return;
      case 'startFailed':
        this.#startFailed(child, 'startFailed', failedWith(input.error));
        return;
      case 'terminated': {
        const isAwaited = this.#startup?.awaits(child) === true;
        this.#control.move(child, 'terminated');
        if (isAwaited && isAbnormal(input.reason)) {
          this.#shutDown(startFailure(child, input.reason));
        }
        return;
      }
      case 'remove':
        this.#control.end(child);
        return;
      case 'timer':
        this.#timer(child, input.token);
        return;
      default:
    }
  }

  #add(child: Child): void {
    if (this.#mode === 'over')
      throw new InvariantError(`child ${child.id} was added after the end`);
    this.#list.append(child, 'starting');
  }

  #declare(children: readonly Child[]): void {
    assert(!this.#isDeclared, () => 'a second list of children was declared');
    this.#isDeclared = true;
    this.#enter('declare');
    for (const child of children) this.#list.append(child, 'pending');
    this.#startup = new OrderedStart(children);
  }

  #startFailed(child: Child, event: 'startFailed' | 'exited', reason: ExitReason): void {
    const isAwaited = this.#startup?.awaits(child) === true;
    this.#control.move(child, event);
    this.#control.release(child, reason);
    if (isAwaited) this.#shutDown(startFailure(child, reason));
  }

  #timer(child: Child, token: number): void {
    if (!this.#control.fired(child, token)) return;
    if (child.phase !== 'backoff') this.#control.kill(child);
    else if (this.#round === null) this.#control.restart(child);
    else this.#round.resume();
  }

  #exited(ids: readonly ChildId[], reason: ExitReason, nowMs: number): void {
    const failed: Child[] = [];
    for (const id of ids) {
      const child = this.#list.get(id);
      if (child !== undefined && this.#takeExit(child, reason)) failed.push(child);
    }
    // The awaited first start may have died with them: then the supervisor stops already.
    if (failed.length === 0 || this.#mode === 'stopping') return;
    failed.sort((one, other) => one.id - other.id);
    if (this.#startup !== null) this.#startup.defer({ children: failed, reason });
    else this.#answer(failed, reason, nowMs);
  }

  /** Takes note of the end of an incarnation. True if it is a failure that asks for a restart. */
  #takeExit(child: Child, reason: ExitReason): boolean {
    const { phase, toHalt } = child;
    if (phase === 'starting') {
      this.#startFailed(child, 'exited', reason);
      return false;
    }
    this.#control.move(child, 'exited');
    if (child.phase === phase) return false;
    const isOrdered = phase === 'halting';
    const isBackWanted =
      isOrdered || (phase !== 'stopping' && wantsRestart(child.policy.restart, reason));
    if (this.#mode === 'stopping' || !isBackWanted) {
      this.#control.release(child, reason);
      return false;
    }
    return !isOrdered && !toHalt;
  }

  /** Counts one failure of suspended children, in start order, and restarts or escalates. */
  #answer(failed: readonly Child[], reason: ExitReason, nowMs: number): void {
    if (!this.#intensity.record(nowMs)) {
      for (const child of failed) this.#control.release(child, reason);
      this.#shutDown(intensityExceeded(this.#policy, failed, reason));
      return;
    }
    let resumeAtMs = Number.NEGATIVE_INFINITY;
    for (const child of failed) {
      const delayMs = this.#backoffMs(child, nowMs);
      resumeAtMs = Math.max(resumeAtMs, nowMs + delayMs);
      if (this.#policy.strategy !== 'one-for-one') continue;
      if (delayMs > 0) this.#control.delay(child, delayMs);
      else this.#control.restart(child);
    }
    if (this.#policy.strategy === 'one-for-one') return;
    const floor = this.#policy.strategy === 'one-for-all' ? this.#list.head : failed[0];
    assert(floor != null, () => 'a failed child is in the list');
    if (this.#round !== null) this.#round.widen(floor, resumeAtMs);
    else this.#round = new GroupRestart(this.#list, this.#control, floor, resumeAtMs);
  }

  #backoffMs(child: Child, nowMs: number): number {
    const { backoff } = child.policy;
    if (backoff === null) return 0;
    const extras = child.openExtras();
    const ranMs = extras.startedAtMs < 0 ? -1 : nowMs - extras.startedAtMs;
    extras.attempts = nextAttempts(backoff, extras.attempts, ranMs);
    return backoffDelayMs(backoff, extras.attempts, this.#random);
  }

  #shutDown(error: Error | null): void {
    this.#enter('shutdown');
    this.#error = error;
    this.#startup = null;
    this.#round = null;
    for (let child = this.#list.head; child !== null; child = child.next) {
      if (child.phase === 'backoff') this.#control.move(child, 'hold');
    }
  }

  #advance(nowMs: number): void {
    if (this.#startup?.advance(this.#control)) this.#declaredStarted(nowMs);
    if (this.#round?.advance(nowMs)) this.#round = null;
    if (this.#mode === 'stopping') this.#stopNext();
  }

  #declaredStarted(nowMs: number): void {
    const deferred = this.#startup?.deferred ?? [];
    this.#startup = null;
    this.#enter('ready');
    this.#control.emit({ type: 'ready' });
    for (const { children, reason } of deferred) {
      const open = children.filter(
        (child) => child.phase === 'suspended' && this.#round?.covers(child) !== true,
      );
      if (open.length > 0 && this.#mode === 'running') this.#answer(open, reason, nowMs);
    }
  }

  #stopNext(): void {
    for (let child = this.#list.tail; child !== null; child = this.#list.tail) {
      this.#control.end(child);
      if (child.phase !== 'gone') return;
    }
    this.#enter('emptied');
    if (this.#error === null) this.#control.emit({ type: 'allStopped' });
    else this.#control.emit({ type: 'fail', error: this.#error });
  }

  #enter(event: SupervisorEvent): void {
    const next = SUPERVISOR_TRANSITIONS[this.#mode][event];
    assert(next !== undefined, () => `a supervisor cannot take '${event}' while ${this.#mode}`);
    this.#mode = next;
  }
}
