import { type ExitReason, SHUTDOWN } from '../actor/exit-reason.js';
import { InvariantError } from '../base/assert.js';
import type { Child, ChildList } from './child-list.js';
import {
  CHILD_TRANSITIONS,
  type ChildEvent,
  type ChildPhase,
  INCARNATION_LIVES,
} from './child-phase.js';
import type { SupervisorEffect, TimerKind } from './supervisor-protocol.js';

/** What becomes of most children, which only start and end: known without a search in the table. */
const { started: STARTED } = CHILD_TRANSITIONS.starting;
const { terminated: ENDED } = CHILD_TRANSITIONS.running;

const NO_EFFECTS: readonly SupervisorEffect[] = Object.freeze([]);

/**
 * Moves children through {@link CHILD_TRANSITIONS} and collects the effects this takes. It keeps what holds
 * for every move: a timer ends with the phase that armed it, a child that is gone leaves the list.
 */
export class ChildControl {
  readonly #list: ChildList;
  #effects: SupervisorEffect[] | null;
  #lastToken: number;

  constructor(list: ChildList) {
    this.#list = list;
    this.#effects = null;
    this.#lastToken = 0;
  }

  /** The effects since the last call. */
  take(): readonly SupervisorEffect[] {
    const effects = this.#effects;
    this.#effects = null;
    return effects ?? NO_EFFECTS;
  }

  /** Adds an effect that moves no child. */
  emit(effect: SupervisorEffect): void {
    if (this.#effects === null) this.#effects = [effect];
    else this.#effects.push(effect);
  }

  /**
   * Moves a child by an event.
   * @throws {InvariantError} if the table has no entry for it
   */
  move(child: Child, event: ChildEvent): void {
    const next = nextPhase(child.phase, event);
    if (next === undefined) throw impossible(child, event);
    if (child.extras !== null || (child.phase === 'running' && next !== 'gone')) {
      this.#leave(child, next);
    }
    child.phase = next;
    if (next === 'gone') this.#list.unlink(child);
  }

  /** What goes with the former phase of a child that is more than started and ended. */
  #leave(child: Child, next: ChildPhase): void {
    // A halt that turns into a stop keeps its deadline.
    if (child.timerToken !== 0 && next !== child.phase && next !== 'stopping') this.#cancel(child);
    if (child.phase === 'running' && next !== 'gone') child.openExtras().hasStarted = true;
    if (child.extras !== null && !INCARNATION_LIVES[next]) child.extras.toHalt = false;
  }

  /** Orders the first start of a declared child. */
  start(child: Child): void {
    this.move(child, 'start');
    this.emit({ type: 'start', id: child.id });
  }

  /** Gives the verdict of a new incarnation. */
  restart(child: Child): void {
    this.move(child, 'restart');
    if (child.extras !== null) child.extras.startedAtMs = -1;
    this.emit({ type: 'restart', id: child.id });
  }

  /** Gives the verdict of the end. */
  release(child: Child, reason: ExitReason): void {
    this.move(child, 'release');
    this.emit({ type: 'release', id: child.id, reason });
  }

  /** Has a suspended child wait for its restart. */
  delay(child: Child, delayMs: number): void {
    this.move(child, 'delay');
    this.#arm(child, 'backoff', delayMs);
  }

  /** Ends a living incarnation and keeps the cell for a restart. */
  halt(child: Child): void {
    this.move(child, 'halt');
    this.#end(child, 'halt');
  }

  /** Ends a living child for good. One that is halting is only marked: its halt is under way. */
  stop(child: Child): void {
    const isHalting = child.phase === 'halting';
    this.move(child, 'stop');
    if (!isHalting) this.#end(child, 'stop');
  }

  /** Takes the way out that fits the phase: nothing to do for a child that is already on it. */
  end(child: Child): void {
    switch (child.phase) {
      case 'pending':
        this.move(child, 'discard');
        this.emit({ type: 'discard', id: child.id, child });
        return;
      case 'suspended':
      case 'backoff':
        this.release(child, SHUTDOWN);
        return;
      case 'starting':
      case 'running':
      case 'restarting':
      case 'halting':
        this.stop(child);
        return;
      default:
    }
  }

  /** Takes note of a timer that fired. False if it is stale. */
  fired(child: Child, token: number): boolean {
    if (child.timerToken !== token || token === 0) return false;
    child.openExtras().timerToken = 0;
    return true;
  }

  /** Voids the incarnation of a child whose deadline passed. */
  kill(child: Child): void {
    const outcome = child.phase === 'halting' ? 'suspend' : 'terminate';
    this.emit({ type: 'kill', id: child.id, outcome });
  }

  #end(child: Child, how: 'halt' | 'stop'): void {
    const { shutdownMs } = child.policy;
    if (shutdownMs === 'kill') {
      this.kill(child);
      return;
    }
    this.emit({ type: how, id: child.id });
    if (shutdownMs !== 'infinity') this.#arm(child, 'deadline', shutdownMs);
  }

  #arm(child: Child, kind: TimerKind, delayMs: number): void {
    const token = ++this.#lastToken;
    child.openExtras().timerToken = token;
    this.emit({ type: 'arm', id: child.id, kind, delayMs, token });
  }

  #cancel(child: Child): void {
    const kind: TimerKind = child.phase === 'backoff' ? 'backoff' : 'deadline';
    this.emit({ type: 'cancel', id: child.id, kind, token: child.timerToken });
    child.openExtras().timerToken = 0;
  }
}

function impossible({ id, phase }: Child, event: ChildEvent): InvariantError {
  return new InvariantError(`child ${id} cannot take '${event}' while ${phase}`);
}

function nextPhase(phase: ChildPhase, event: ChildEvent): ChildPhase | undefined {
  if (phase === 'starting' && event === 'started') return STARTED;
  if (phase === 'running' && event === 'terminated') return ENDED;
  return CHILD_TRANSITIONS[phase][event];
}
