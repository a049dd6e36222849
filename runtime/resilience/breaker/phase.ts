import { assert } from '../../base/assert.js';

/**
 * Where a circuit breaker is.
 *
 * ```
 *              trip                    probe
 *   CLOSED ------------> OPEN ---------------------> HALF_OPEN
 *     ^                   ^        relapse               |  |
 *     |                   +------------------------------+  |
 *     +-----------------------------------------------------+
 *                            recover
 * ```
 *
 * From everywhere an operator can force it into one of the other three; `release` leads from them to CLOSED.
 * Source: M. Nygard, "Release It!", 5.2; states as in https://resilience4j.readme.io/docs/circuitbreaker.
 */
export const Phase = {
  /** Calls pass and are counted; too many failures trip it. */
  CLOSED: 0,
  /** Calls are refused until the open time is over. */
  OPEN: 1,
  /** A few calls pass on permits; their results decide. */
  HALF_OPEN: 2,
  /** By hand: all calls are refused. */
  FORCED_OPEN: 3,
  /** By hand: all calls pass, nothing is counted. */
  FORCED_CLOSED: 4,
  /** By hand: all calls pass and are counted, nothing trips. */
  OBSERVING: 5,
} as const;

export type Phase = (typeof Phase)[keyof typeof Phase];

/** The phases for people, in the order of their numbers. */
export const PHASE_NAMES = [
  'closed',
  'open',
  'half-open',
  'forced-open',
  'forced-closed',
  'observing',
] as const;

/** Name of a phase. */
export type PhaseName = (typeof PHASE_NAMES)[number];

/** What moves a breaker. */
export const BREAKER_EVENTS = [
  'trip',
  'probe',
  'recover',
  'relapse',
  'forceOpen',
  'forceClosed',
  'observe',
  'release',
] as const;

/** One of {@link BREAKER_EVENTS}. */
export type BreakerEvent = (typeof BREAKER_EVENTS)[number];

const { CLOSED, OPEN, HALF_OPEN, FORCED_OPEN, FORCED_CLOSED, OBSERVING } = Phase;
const BY_HAND = { forceOpen: FORCED_OPEN, forceClosed: FORCED_CLOSED, observe: OBSERVING } as const;

/**
 * | phase \ event | trip | probe     | recover | relapse | release | forceOpen, forceClosed, observe |
 * |---------------|------|-----------|---------|---------|---------|---------------------------------|
 * | closed        | open | -         | -       | -       | -       | the phase of that name          |
 * | open          | -    | half-open | -       | -       | -       | the same                        |
 * | half-open     | -    | -         | closed  | open    | -       | the same                        |
 * | forced-open   | -    | -         | -       | -       | closed  | the same                        |
 * | forced-closed | -    | -         | -       | -       | closed  | the same                        |
 * | observing     | -    | -         | -       | -       | closed  | the same                        |
 *
 * `-` is impossible: the caller has looked at the phase before. Every transition begins a new generation.
 */
export const BREAKER_TRANSITIONS: Readonly<
  Record<Phase, Readonly<Partial<Record<BreakerEvent, Phase>>>>
> = {
  [CLOSED]: { trip: OPEN, ...BY_HAND },
  [OPEN]: { probe: HALF_OPEN, ...BY_HAND },
  [HALF_OPEN]: { recover: CLOSED, relapse: OPEN, ...BY_HAND },
  [FORCED_OPEN]: { release: CLOSED, ...BY_HAND },
  [FORCED_CLOSED]: { release: CLOSED, ...BY_HAND },
  [OBSERVING]: { release: CLOSED, ...BY_HAND },
};

/** Which calls a phase lets pass: all, none, none until its open time is over, or those with a permit. */
export type Admission = 'all' | 'none' | 'probe' | 'permit';

/** @see Admission */
export const ADMISSIONS: Readonly<Record<Phase, Admission>> = {
  [CLOSED]: 'all',
  [OPEN]: 'probe',
  [HALF_OPEN]: 'permit',
  [FORCED_OPEN]: 'none',
  [FORCED_CLOSED]: 'all',
  [OBSERVING]: 'all',
};

/** Where a phase counts results: in the window, which may trip it; in the window only; in the trial; nowhere. */
export type Counting = 'trips' | 'window' | 'trial' | 'nowhere';

/** @see Counting */
export const COUNTINGS: Readonly<Record<Phase, Counting>> = {
  [CLOSED]: 'trips',
  [OPEN]: 'nowhere',
  [HALF_OPEN]: 'trial',
  [FORCED_OPEN]: 'nowhere',
  [FORCED_CLOSED]: 'nowhere',
  [OBSERVING]: 'window',
};

/** The phase after an event. @throws {InvariantError} for an impossible one */
export function nextPhase(phase: Phase, event: BreakerEvent): Phase {
  const next = BREAKER_TRANSITIONS[phase][event];
  assert(next !== undefined, () => `${event} while ${PHASE_NAMES[phase]}`);
  return next;
}
