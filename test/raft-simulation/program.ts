import { Dice } from './dice.js';

/** Everything that can be done to a group. */
export const ACTION_KINDS = [
  'crash',
  'restart',
  'wipe',
  'pause',
  'halves',
  'isolate',
  'deafen',
  'mute',
  'ring',
  'bridge',
  'lag',
  'heal',
  'transfer',
  'change',
  'swap',
  'snapshot',
  'slow-disk',
  'clock',
  'burst',
] as const;
/**
 * Faults of storage, links and time in half of the seeds, from chance of their own: the other deeds of a seed
 * are the same with and without them.
 */
export const FAULT_KINDS = ['tear', 'fail-sync', 'slow-apply', 'starve', 'flap', 'jump'] as const;
/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];
/** One of {@link ACTION_KINDS} or {@link FAULT_KINDS}. */
export type ActionKind = (typeof ACTION_KINDS)[number] | FaultKind;

/** One deed, at a time of its own. `choice` decides what it means when its turn comes. */
export interface Action {
  readonly at: number;
  readonly kind: ActionKind;
  readonly choice: number;
}

/** How the world of one seed is. Swarm: each class of faults is on or off, with a rate of its own. */
export interface Settings {
  readonly nodeCount: number;
  readonly spareCount: number;
  readonly dropRate: number;
  readonly doubleRate: number;
  readonly tailRate: number;
  readonly truncateRate: number;
  readonly delay: number;
  readonly diskDelay: number;
  /** Fastest clock divided by the slowest. */
  readonly drift: number;
  readonly leaseDrift: number | undefined;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly clientCount: number;
  readonly keyCount: number;
  readonly giveUpRate: number;
  readonly snapshotEvery: number;
  readonly trailing: number;
  readonly maxInflightCount: number;
  readonly maxAppendBytes: number;
  readonly maxSessions: number;
}

/** A run as data: the same program gives the same run. */
export interface Program {
  readonly seed: number;
  readonly settings: Settings;
  readonly actions: readonly Action[];
  readonly steps: number;
}

/** Time units of one tick of a right clock. */
export const TICK = 10;
/** Ticks of the shortest election timeout. */
export const ELECTION_TICKS = 10;
const ELECTION = TICK * ELECTION_TICKS;

function settingsOf(dice: Dice): Settings {
  const hasLease = dice.chance(0.3);
  const isCalm = dice.chance(0.15);
  const rate = (share: number, most: number): number =>
    !isCalm && dice.chance(share) ? dice.between(0, most) : 0;
  const leaseDrift = hasLease ? 0.3 : undefined;
  const checkQuorum = hasLease || dice.chance(0.85);
  return {
    nodeCount: dice.pick([1, 2, 3, 3, 3, 4, 5, 5]),
    spareCount: dice.pick([0, 1, 2]),
    dropRate: rate(0.6, 0.3),
    doubleRate: rate(0.5, 0.1),
    tailRate: rate(0.4, 0.05),
    truncateRate: rate(0.3, 0.2),
    delay: dice.pick([1, 3, 10, 40]),
    diskDelay: dice.pick([0, 2, 10, 50]),
    drift: dice.chance(0.5) ? 1 : hasLease ? dice.between(1, 1.42) : dice.between(1, 4),
    leaseDrift,
    preVote: dice.chance(0.8),
    checkQuorum,
    clientCount: 1 + dice.below(5),
    keyCount: 1 + dice.below(3),
    giveUpRate: dice.chance(0.5) ? 0.2 : 0,
    snapshotEvery: dice.pick([5, 20, 60, 100_000]),
    trailing: dice.pick([0, 3, 20]),
    maxInflightCount: dice.pick([1, 2, 4, 64]),
    maxAppendBytes: dice.pick([1, 150, 65_536]),
    maxSessions: dice.pick([3, 100]),
  };
}

/** Makes the program of a seed. */
export function generate(seed: number, steps: number): Program {
  const dice = new Dice(seed);
  const settings = settingsOf(dice);
  const kinds = dice.some(ACTION_KINDS, 0.6);
  const pace = ELECTION * dice.pick([0.3, 0.6, 1, 3]);
  const actions: Action[] = [];
  // A step takes about two units of time, with slow clocks more: so faults go on until the calm.
  const end = steps * 4;
  for (let at = dice.between(0, 2 * pace); at < end; at += dice.between(0, 2 * pace)) {
    const kind = dice.chance(0.3)
      ? dice.pick(['heal', 'heal', 'restart', 'burst'] as const)
      : dice.pick(kinds);
    actions.push({ at, kind, choice: dice.below(2 ** 30) });
  }
  actions.push(...faultsOf(new Dice(seed * 104_729 + 7), end));
  return { seed, settings, actions, steps };
}

function faultsOf(dice: Dice, end: number): Action[] {
  if (dice.chance(0.5)) return [];
  const kinds = dice.some(FAULT_KINDS, 0.5);
  const pace = ELECTION * dice.pick([1, 3, 10]);
  const faults: Action[] = [];
  for (let at = dice.between(0, 2 * pace); at < end; at += dice.between(0, 2 * pace)) {
    faults.push({ at, kind: dice.pick(kinds), choice: dice.below(2 ** 30) });
  }
  return faults;
}
