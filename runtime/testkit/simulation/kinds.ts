import type { SupervisionOptions } from '../../actor/spawn-options.js';

/** What distinguishes the kinds of simulated actors. */
export interface Kind {
  readonly strategy: NonNullable<SupervisionOptions['strategy']>;
  readonly intensity: number;
  readonly periodMs: number;
  readonly interleaves: boolean;
}

/** Longer than any simulation: the budget is for the whole life of the supervisor. */
export const LIFELONG_MS = 1e9;

function kind(
  strategy: Kind['strategy'],
  intensity: number,
  periodMs = LIFELONG_MS,
  interleaves = false,
): Kind {
  return { strategy, intensity, periodMs, interleaves };
}

/** All kinds, by the name of their definition. */
export const KINDS: Readonly<Record<string, Kind>> = {
  one: kind('one-for-one', 3),
  oneOften: kind('one-for-one', 12),
  oneBrief: kind('one-for-one', 2, 40),
  oneShort: kind('one-for-one', 1, 10),
  oneOnce: kind('one-for-one', 1),
  never: kind('one-for-one', 0),
  all: kind('one-for-all', 2),
  allBrief: kind('one-for-all', 3, 60),
  rest: kind('rest-for-one', 3),
  juggler: kind('one-for-one', 2, LIFELONG_MS, true),
};

/** Their names. */
export const KIND_NAMES: readonly string[] = Object.keys(KINDS);
