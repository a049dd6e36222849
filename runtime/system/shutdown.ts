import { MAX_TIMER_MS } from '../base/clock.js';
import { type EventLoop, nodeEventLoop } from '../base/event-loop.js';

/** One phase of a stop. */
export interface PhaseReport {
  readonly phase: Phase;
  readonly ms: number;
  /** False when the phase ran into its limit. */
  readonly completed: boolean;
}

/** What became of a stop. */
export interface StopReport {
  /** True when every phase completed. */
  readonly clean: boolean;
  readonly ms: number;
  readonly phases: readonly PhaseReport[];
  /** Who was still alive when its phase ran into its limit: actors, or what a blocked thread runs; and what was not flushed. */
  readonly alive: readonly string[];
  /** Threads that had to be ended by force. */
  readonly killedThreads: readonly number[];
  /** Why the system stopped by itself; undefined for a stop that was asked for. */
  readonly error: Error | undefined;
}

/** The phases, in order. */
export const PHASES = [
  'no-new-work',
  'drain',
  'stop-trees',
  'flush-journals',
  'threads-down',
] as const;
/** The name of a phase. */
export type Phase = (typeof PHASES)[number];

/** The share of the time left that each phase may use. What one does not use is there for the next. */
export const PHASE_SHARES: Readonly<Record<Phase, number>> = {
  'no-new-work': 1,
  drain: 0.3,
  'stop-trees': 0.7,
  'flush-journals': 0.7,
  'threads-down': 1,
};

/** Milliseconds for a phase that begins at `nowMs`. */
export function phaseLimitMs(phase: Phase, nowMs: number, deadlineMs: number): number {
  return Math.max(0, (deadlineMs - nowMs) * PHASE_SHARES[phase]);
}

/** Resolves with true when `done` did so in time; a limit may be infinite. */
export async function within(
  done: Promise<unknown>,
  limitMs: number,
  events: EventLoop = nodeEventLoop,
): Promise<boolean> {
  let timeout: unknown;
  const late = new Promise<false>((resolve) => {
    timeout = events.after(Math.min(limitMs, MAX_TIMER_MS), () => resolve(false));
  });
  const inTime = done.then(() => true as const);
  const outcome = await Promise.race([inTime, late]);
  events.clear(timeout);
  return outcome;
}
