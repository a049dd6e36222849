import type { Random } from '../../base/random.js';
import { backoffMs } from '../backoff.js';
import type { BreakerPolicy } from './breaker-options.js';
import { type BreakerEvent, nextPhase, Phase } from './phase.js';

/** Openings in a row are counted up to here; the delay is at its bound long before. */
export const STREAK_MAX = 15;

/** Everything that decides what a breaker does next, but for the results in its window. Never changed, only replaced. */
export interface BreakerState {
  readonly phase: Phase;
  /** Counts transitions, up to a mask; a result of a call from another generation means nothing. */
  readonly generation: number;
  /**
   * Open: when the first probe may pass. Half-open: when the youngest permit ends. Closed: since when.
   * Otherwise 0.
   */
  readonly atMs: number;
  /** How often it opened since it was last closed for long enough. */
  readonly streak: number;
  /** Permits given out in this trial, without those that came back unused. */
  readonly issued: number;
  /** Of those: how many have a result. `settled <= issued` */
  readonly settled: number;
  /** Of those: how many failed or outlived their permit. */
  readonly failed: number;
  readonly slow: number;
}

/** A breaker that has never been used. */
export const INITIAL_STATE: BreakerState = {
  phase: Phase.CLOSED,
  generation: 0,
  atMs: 0,
  streak: 0,
  issued: 0,
  settled: 0,
  failed: 0,
  slow: 0,
};

/** The state after an event, in a new generation. */
export function transit(
  state: BreakerState,
  event: BreakerEvent,
  nowMs: number,
  policy: BreakerPolicy,
  random: Random,
): BreakerState {
  const phase = nextPhase(state.phase, event);
  const streak = phase === Phase.OPEN ? nextStreak(state, nowMs, policy) : state.streak;
  let atMs = 0;
  if (phase === Phase.OPEN) atMs = nowMs + backoffMs(policy.open, streak, random);
  if (phase === Phase.CLOSED) atMs = nowMs;
  return { ...INITIAL_STATE, phase, generation: state.generation + 1, atMs, streak };
}

function nextStreak(state: BreakerState, nowMs: number, policy: BreakerPolicy): number {
  const wasStable = state.phase === Phase.CLOSED && nowMs - state.atMs >= policy.resetAfterMs;
  return wasStable ? 1 : Math.min(STREAK_MAX, state.streak + 1);
}

/**
 * One more permit is out. Only while `issued < permits`. A thread may come with a time that it read long ago, so the end
 * of the youngest permit never moves back.
 */
export function issue(state: BreakerState, nowMs: number, policy: BreakerPolicy): BreakerState {
  const atMs = Math.max(state.atMs, nowMs + policy.permitMs);
  return { ...state, issued: state.issued + 1, atMs };
}

/** A permit comes back without a result. */
export function giveBack(state: BreakerState): BreakerState {
  return { ...state, issued: state.issued - 1 };
}

/** Some permits have a result. */
export function settle(
  state: BreakerState,
  count: number,
  failed: boolean,
  slow: boolean,
): BreakerState {
  return {
    ...state,
    settled: state.settled + count,
    failed: state.failed + (failed ? count : 0),
    slow: state.slow + (slow ? count : 0),
  };
}

/**
 * What a trial has shown. It is over as soon as the rest cannot change it: the rate is taken over all permits,
 * and what has no result yet could still turn out either way.
 */
export function verdictOf(
  { settled, failed, slow }: BreakerState,
  policy: BreakerPolicy,
): 'recover' | 'relapse' | undefined {
  const { permits, failureRate, slowRate, slowMs } = policy;
  const judgesTime = slowMs !== Number.POSITIVE_INFINITY;
  if (failed / permits >= failureRate) return 'relapse';
  if (judgesTime && slow / permits >= slowRate) return 'relapse';
  const open = permits - settled;
  const maySlow = judgesTime && (slow + open) / permits >= slowRate;
  return (failed + open) / permits >= failureRate || maySlow ? undefined : 'recover';
}
