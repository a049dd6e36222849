import { type Exploration, explore } from './interleaver.js';
import { REAL_PARTS, RingArena } from './ring-scenario.js';
import { judgeRing, type TurnOptions } from './turn-options.js';
import { turns } from './turn-programs.js';

const NAMES = ['a', 'b', 'c'];

/**
 * Explores every schedule of threads in their loops. Those that nobody stops may be asleep in the end.
 * @param starts where both positions of each ring stand
 * @param merges false explores states apart that marks would merge
 */
export function exploreTurns(
  starts: readonly number[],
  threads: readonly TurnOptions[],
  parts = REAL_PARTS,
  merges = true,
): Exploration {
  const world = new RingArena(starts, NAMES.slice(0, threads.length));
  const sends = threads.flatMap(({ sends = [] }) => sends);
  return explore({
    arena: world.arena,
    atomics: world.atomics,
    merges: merges && !threads.some(({ polls }) => polls),
    threads: threads.map((options, index) => ({
      name: NAMES[index]!,
      program: turns(world, options, parts),
      serves: options.stopsAfter === undefined && !options.isStopped,
    })),
    judge: (history) =>
      sends
        .map(({ ring, lengths }) => judgeRing(history, ring, lengths.length))
        .find((objection) => objection !== undefined),
  });
}

/** From thread a to thread b, by ring 0. */
export function oneWay(
  lengths: readonly number[],
  { a, b }: { readonly a?: Partial<TurnOptions>; readonly b?: Partial<TurnOptions> } = {},
): TurnOptions[] {
  return [
    { bell: 0, sends: [{ ring: 0, otherBell: 1, lengths }], ...a },
    { bell: 1, reads: [{ ring: 0, otherBell: 0 }], ...b },
  ];
}

/** Between threads a and b, by ring 0 there and ring 1 back. */
export function bothWays(
  there: readonly number[],
  back: readonly number[],
  more: Partial<TurnOptions> = {},
): TurnOptions[] {
  const reads = (ring: number, otherBell: number) => [{ ring, otherBell }];
  return [
    { bell: 0, reads: reads(1, 1), sends: [{ ring: 0, otherBell: 1, lengths: there }], ...more },
    { bell: 1, reads: reads(0, 0), sends: [{ ring: 1, otherBell: 0, lengths: back }], ...more },
  ];
}
