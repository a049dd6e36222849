import type { Dice } from './dice.js';
import { KIND_NAMES } from './kinds.js';
import type { Action, Cargo, Plan, Spawn } from './program.js';

/** Actors that a number can mean; it is taken modulo those there are. */
const TARGETS = 1000;
const TIMER_KEYS = ['a', 'b'] as const;

const ACTION_WEIGHTS = {
  tell: 10,
  send: 3,
  ask: 6,
  forward: 3,
  spawn: 4,
  watch: 3,
  'watch-with': 1,
  unwatch: 0.7,
  link: 1,
  unlink: 0.4,
  'stop-child': 1.2,
  timer: 2.5,
  interval: 0.7,
  cancel: 0.8,
  become: 0.6,
  pause: 2.5,
  'receive-timeout': 0.7,
  'answer-later': 0.8,
  stash: 1.5,
  unstash: 1,
  stop: 0.8,
  throw: 1.6,
  reject: 0.8,
  fault: 0.3,
  hog: 0.4,
} as const;

const CARGO_WEIGHTS: Readonly<Record<Cargo, number>> = {
  none: 6,
  text: 3,
  'large-text': 1,
  bytes: 1,
  'large-bytes': 0.5,
  transfer: 0.5,
};

/** What a message carries. */
export function someCargo(dice: Dice): Cargo {
  return dice.weighted(CARGO_WEIGHTS);
}

/** Some actor. */
export function someTarget(dice: Dice): number {
  return dice.integer(0, TARGETS - 1);
}

function somePlan(dice: Dice, scriptAfter: (share: number) => number): Plan {
  const fails = dice.chance(0.15);
  return {
    initFails: fails ? [dice.pick([0, 1, 1, 1, 2])] : [],
    initMs: dice.chance(0.15) ? dice.integer(1, 8) : 0,
    stoppedMs: dice.chance(0.15) ? dice.pick([1, 3, 8, 80, 80]) : 0,
    stoppedFails: dice.chance(0.08),
    initScript: dice.chance(0.3) ? scriptAfter(1) : -1,
  };
}

/** How some actor is made. */
export function someSpawn(
  dice: Dice,
  scriptAfter: (share: number) => number,
  restart: Spawn['restart'] = dice.weighted({ permanent: 3, transient: 3, temporary: 1 }),
): Spawn {
  const shutdownMs = dice.pick<Spawn['shutdownMs']>([5000, 1000, 20, 20, 'infinity', 'kill']);
  return {
    kind: dice.pick(KIND_NAMES),
    name: dice.chance(0.3) ? dice.pick(['x', 'y', 'z']) : undefined,
    placement: dice.weighted({ spread: 5, same: 3, main: 1, 'least-loaded': 1, pinned: 0.5 }),
    restart,
    mailbox: dice.chance(0.5)
      ? {
          capacity: dice.pick([1, 2, 3, 8]),
          overflow: dice.pick(['reject', 'drop-oldest', 'fail', 'wait', 'wait']),
        }
      : undefined,
    shutdownMs,
    backoff: dice.chance(0.2)
      ? { minMs: dice.integer(2, 20), maxMs: 60, factor: 2, jitter: dice.pick([0, 0.2]) }
      : undefined,
    hasLuggage: dice.chance(0.1),
    plan: somePlan(dice, scriptAfter),
  };
}

/** Something that an actor does; the scripts it leads to come later in the list, so that there is an end. */
export function someAction(dice: Dice, scriptAfter: (share: number) => number): Action {
  const what = dice.weighted(ACTION_WEIGHTS);
  const to = someTarget(dice);
  switch (what) {
    case 'tell':
    case 'send':
    case 'ask':
      return {
        do: what,
        to,
        script: scriptAfter(0.8),
        cargo: someCargo(dice),
        waits: dice.chance(0.6),
        timeoutMs: dice.pick([5, 30, 100, 200]),
      };
    case 'forward':
      return { do: what, to, script: scriptAfter(0.8), fresh: dice.chance(0.5) };
    case 'spawn':
      return { do: what, ...someSpawn(dice, scriptAfter) };
    case 'timer':
    case 'interval':
      return {
        do: what,
        key: dice.pick(TIMER_KEYS),
        delayMs: dice.integer(what === 'timer' ? 0 : 1, 25),
        script: scriptAfter(0.7),
      };
    case 'cancel':
      return { do: what, key: dice.pick(TIMER_KEYS) };
    case 'become':
      return { do: what, behavior: dice.pick(['default', 'closed', 'closed']) };
    case 'pause':
      return { do: what, ms: dice.pick([0, 1, 4, 10, 30]) };
    case 'receive-timeout':
    case 'answer-later':
      return { do: what, ms: dice.integer(2, 20) };
    case 'watch':
    case 'watch-with':
    case 'unwatch':
    case 'link':
    case 'unlink':
    case 'stop-child':
      return { do: what, to };
    default:
      return { do: what };
  }
}
