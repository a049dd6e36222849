import type { Random } from '../../base/random.js';
import type { Verdict } from '../judge.js';
import type { BreakerPolicy } from './breaker-options.js';
import type { BreakerState } from './breaker-state.js';
import * as states from './breaker-state.js';
import { PermitLedger } from './permit-ledger.js';
import { ADMISSIONS, BREAKER_TRANSITIONS, type BreakerEvent, COUNTINGS, Phase } from './phase.js';
import type { StateCell } from './state-cell.js';
import { type ResultWindow, windowOf } from './window.js';

/** The call may not pass. */
export const REFUSED = -1;
/** Whether the call may pass depends on the time: ask `admit`. */
export const UNDECIDED = -2;

const SERIAL_BITS = 15;
const SERIAL_MASK = (1 << SERIAL_BITS) - 1;

/** Told of a new phase, after it has begun. */
export interface PhaseListener {
  phaseBegan(from: BreakerState, to: BreakerState): void;
}

/**
 * A circuit breaker without a clock: time and chance are arguments. A call that may pass gets a ticket, the number
 * of the generation and of its permit; its result counts only in that generation.
 *
 * The state lies in a cell, alone or shared with other threads; the results in the window are this thread's own.
 * So each thread judges by its own calls, and the first that trips opens the breaker for all.
 */
export class BreakerCore {
  /** Results that came from another generation, or after their permit. */
  late = 0;
  readonly #policy: BreakerPolicy;
  readonly #cell: StateCell;
  readonly #random: Random;
  readonly #window: ResultWindow;
  readonly #listener: PhaseListener;
  #ledger: PermitLedger | null = null;
  #seen: BreakerState;

  constructor(policy: BreakerPolicy, cell: StateCell, random: Random, listener: PhaseListener) {
    this.#policy = policy;
    this.#cell = cell;
    this.#random = random;
    this.#window = windowOf(policy.window);
    this.#listener = listener;
    this.#seen = cell.load();
  }

  get window(): ResultWindow {
    return this.#window;
  }

  /** The phase when this thread last looked. */
  get seenPhase(): Phase {
    return this.#seen.phase;
  }

  /** The state as it is, whatever the time. */
  get state(): BreakerState {
    const state = this.#cell.load();
    if (state !== this.#seen) this.#notice(state);
    return state;
  }

  /** Admits a call where that does not depend on the time. @returns a ticket, REFUSED or UNDECIDED */
  enter(): number {
    const state = this.state;
    if (state.phase === Phase.CLOSED) return state.generation << SERIAL_BITS;
    const admission = ADMISSIONS[state.phase];
    if (admission === 'all') return state.generation << SERIAL_BITS;
    return admission === 'none' ? REFUSED : UNDECIDED;
  }

  /** Admits a call. @returns a ticket or REFUSED */
  admit(nowMs: number): number {
    for (;;) {
      const state = this.look(nowMs);
      const admission = ADMISSIONS[state.phase];
      if (admission === 'none') return REFUSED;
      if (admission === 'all') return state.generation << SERIAL_BITS;
      if (admission === 'probe') {
        if (nowMs < state.atMs) return REFUSED;
        this.#move(state, 'probe', nowMs);
        continue;
      }
      if (state.issued >= this.#policy.permits) return REFUSED;
      if (!this.#swap(state, states.issue(state, nowMs, this.#policy))) continue;
      return (state.generation << SERIAL_BITS) | this.#openPermit(nowMs);
    }
  }

  /**
   * A result has come.
   * @param nowMs read only when the phase is not closed or the window is timed
   * @returns true when the breaker must trip: call `trip`
   */
  record(ticket: number, verdict: Verdict, slow: boolean, nowMs: number): boolean {
    const state = this.state;
    if (ticket >> SERIAL_BITS !== state.generation) {
      this.late++;
      return false;
    }
    const counting = state.phase === Phase.CLOSED ? 'trips' : COUNTINGS[state.phase];
    if (counting === 'trial') this.#recordTrial(ticket, verdict, slow, nowMs);
    if (counting === 'trial' || counting === 'nowhere' || verdict === 'ignore') return false;
    this.#window.record(verdict === 'failure', slow, nowMs);
    return counting === 'trips' && this.#isTooBad();
  }

  /** Opens the breaker, if it is still closed and in the generation of the ticket. */
  trip(ticket: number, nowMs: number): void {
    const state = this.state;
    const isSame = ticket >> SERIAL_BITS === state.generation;
    if (isSame && state.phase === Phase.CLOSED) this.#move(state, 'trip', nowMs);
  }

  /** Moves it by hand, from whichever phase; `release` does nothing where it was not moved by hand. */
  force(event: BreakerEvent, nowMs: number): void {
    for (;;) {
      const { state } = this;
      if (BREAKER_TRANSITIONS[state.phase][event] === undefined) return;
      if (this.#move(state, event, nowMs)) return;
    }
  }

  /** Ends permits whose time is over; they count as failures. @returns the state then */
  look(nowMs: number): BreakerState {
    for (;;) {
      const state = this.state;
      if (state.phase !== Phase.HALF_OPEN) return state;
      const count = this.#expired(state, nowMs);
      if (count === 0) return state;
      const next = this.#settled(state, count, true, false, nowMs);
      // Shared permits have no numbers: a new generation keeps the results of the expired ones away.
      const isFenced = this.#cell.isShared && next.generation === state.generation;
      this.#swap(state, isFenced ? { ...next, generation: next.generation + 1 } : next);
    }
  }

  #recordTrial(ticket: number, verdict: Verdict, slow: boolean, nowMs: number): void {
    // Whose time is over has failed, also when its result comes before anybody looked.
    const generation = ticket >> SERIAL_BITS;
    for (;;) {
      const state = this.look(nowMs);
      if (state.generation !== generation || !this.#hasPermit(ticket)) {
        this.late++;
        return;
      }
      const next =
        verdict === 'ignore'
          ? states.giveBack(state)
          : this.#settled(state, 1, verdict === 'failure', slow, nowMs);
      if (this.#swap(state, next)) return;
    }
  }

  /** The state with results, and what follows from them. */
  #settled(
    state: BreakerState,
    count: number,
    failed: boolean,
    slow: boolean,
    nowMs: number,
  ): BreakerState {
    const next = states.settle(state, count, failed, slow);
    const verdict = states.verdictOf(next, this.#policy);
    if (verdict === undefined) return next;
    return states.transit(next, verdict, nowMs, this.#policy, this.#random);
  }

  #isTooBad(): boolean {
    const { calls, failures, slow } = this.#window;
    if (failures === 0 && slow === 0) return false;
    const { window, minCalls, failureRate, slowRate } = this.#policy;
    if (window.kind === 'consecutive') return failures >= window.failures;
    if (calls < minCalls) return false;
    return failures / calls >= failureRate || (slow > 0 && slow / calls >= slowRate);
  }

  #expired(state: BreakerState, nowMs: number): number {
    if (!this.#cell.isShared) return this.#ledger?.expire(nowMs) ?? 0;
    return nowMs >= state.atMs ? state.issued - state.settled : 0;
  }

  #openPermit(nowMs: number): number {
    if (this.#cell.isShared) return 0;
    this.#ledger ??= new PermitLedger(this.#policy.permits);
    return this.#ledger.open(nowMs + this.#policy.permitMs, SERIAL_MASK);
  }

  #hasPermit(ticket: number): boolean {
    return this.#cell.isShared || this.#ledger!.close(ticket & SERIAL_MASK);
  }

  #move(state: BreakerState, event: BreakerEvent, nowMs: number): boolean {
    return this.#swap(state, states.transit(state, event, nowMs, this.#policy, this.#random));
  }

  #swap(from: BreakerState, to: BreakerState): boolean {
    const isDone = this.#cell.swap(from, to);
    if (isDone) this.#notice(this.#cell.load());
    return isDone;
  }

  /** The state is another: a new generation begins with nothing counted. */
  #notice(state: BreakerState): void {
    const before = this.#seen;
    this.#seen = state;
    if (state.generation === before.generation) return;
    this.#window.clear();
    this.#ledger?.clear();
    if (state.phase !== before.phase) this.#listener.phaseBegan(before, state);
  }
}
