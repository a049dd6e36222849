import type { Dice } from './dice.js';
import type { Action } from './program.js';
import { type Scene, someone, spawn, strike, tell } from './scene.js';

/** What can go wrong around the death of a thread, and of a second one before all is over. */

/** Longer than orphans may take. */
const TOO_LONG_MS = 20_000;
/** A shared stretch in which one word of a recovery hardly fits. */
const TIGHT_BYTES = 1024;

/** News takes its time: only then can anything happen between a death and the first turn of the next thread. */
const SLOW_NEWS = { latencyMs: 1 } as const;

/** A child of an actor that died with its thread does not come to an end. */
export function stubbornOrphan(dice: Dice): Scene {
  const isBusy = dice.chance(0.5);
  const child = someone(2, { stoppedMs: isBusy ? 0 : TOO_LONG_MS }, { shutdownMs: 20 });
  return {
    commands: [
      spawn(someone(1)),
      tell(0, 0, 1),
      ...(isBusy ? [tell(1, 1, 5)] : []),
      strike('kill', 1, 5),
    ],
    scripts: [[{ do: 'spawn', ...child }], [{ do: 'pause', ms: TOO_LONG_MS }]],
  };
}

/** The thread of a linked actor dies. */
export function linkOverDeath(dice: Dice): Scene {
  return {
    commands: [
      spawn(someone(dice.pick([0, 1]))),
      spawn(someone(2)),
      tell(0, 0, 1),
      strike('kill', 2, dice.integer(3, 6)),
    ],
    scripts: [[{ do: 'link', to: 1 }]],
  };
}

/** A thread dies with an ask in hand. */
export function askOverDeath(dice: Dice): Scene {
  const ask = { do: 'ask', to: 1, script: 1, cargo: 'none', waits: true, timeoutMs: 200 } as const;
  return {
    commands: [
      spawn(someone(1)),
      spawn(someone(2)),
      tell(0, 0, 1),
      strike('kill', 2, dice.integer(3, 10)),
    ],
    scripts: [[ask], [{ do: 'pause', ms: 50 }]],
  };
}

/** A thread dies before what it owes to the successor of another one has found room in the ring. */
export function wordThatNeverCame(dice: Dice): Scene {
  const children = Array.from({ length: 7 }, (): Action => ({ do: 'spawn', ...someone(1) }));
  return {
    settings: { ...SLOW_NEWS, signalRingBytes: TIGHT_BYTES },
    commands: [
      spawn(someone(2)),
      tell(0, 0, 1),
      strike('kill', 1, 10),
      ...untilReplaced(dice, 1),
      strike('kill', 2, dice.pick([0.2, 0.5, 1, 2])),
    ],
    scripts: [children],
  };
}

/** A thread dies while an actor starts that has a child elsewhere already. */
export function startCutShort(dice: Dice): Scene {
  const child = someone(2, { stoppedMs: dice.integer(50, 200) });
  return {
    commands: [spawn(someone(1, { initScript: 0 })), strike('kill', 1, dice.integer(5, 20))],
    scripts: [
      [
        { do: 'spawn', ...child },
        { do: 'pause', ms: 30 },
      ],
    ],
  };
}

/** A thread dies while children of a dead one still end on it. */
export function orphansOverDeath(dice: Dice): Scene {
  const child = someone(2, { stoppedMs: dice.integer(50, 500) });
  return {
    commands: [
      spawn(someone(1)),
      tell(0, 0, 1),
      strike('kill', 1, 5),
      strike('kill', 2, dice.integer(3, 20)),
    ],
    scripts: [[{ do: 'spawn', ...child }]],
  };
}

/** A thread dies with spawns unread, and who spawned dies before the next one reads them. */
export function spawnOfTheDead(dice: Dice): Scene {
  return {
    settings: SLOW_NEWS,
    commands: [
      spawn(someone(1)),
      strike('stall', 2, 5, 50),
      tell(0, 0),
      strike('kill', 2, 2),
      ...untilReplaced(dice, 2),
      strike('kill', 1, dice.pick([0.5, 1, 2])),
    ],
    scripts: [[{ do: 'spawn', ...someone(2) }]],
  };
}

/** A thread dies with attachments unread, and the next one is sent others before it reads anything. */
export function attachmentsOfTheDead(dice: Dice): Scene {
  return {
    settings: SLOW_NEWS,
    commands: [
      spawn(someone(2)),
      strike('stall', 2, 5, 50),
      tell(0, -1, 0, 'large-bytes', dice.integer(1, 2)),
      strike('kill', 2, 2),
      ...untilReplaced(dice, 2),
      tell(0, -1, dice.pick([0, 0.5]), 'large-bytes', dice.integer(1, 2)),
    ],
    scripts: [],
  };
}

/** An answer comes for an ask of a dead thread, when the next one has asked as well. */
export function answerForTheDead(dice: Dice): Scene {
  const ask = { do: 'ask', to: 0, script: 1, cargo: 'none', waits: false, timeoutMs: 200 } as const;
  return {
    commands: [
      spawn(someone(2)),
      spawn(someone(1, { initScript: 0 })),
      strike('kill', 1, dice.integer(4, 8)),
    ],
    scripts: [[ask], [{ do: 'pause', ms: dice.integer(20, 40) }]],
  };
}

/** A thread dies with the order unread that lets a child go which could not start. */
export function releaseOfTheDead(dice: Dice): Scene {
  const child = someone(2, { initFails: [0], initMs: 5 });
  return {
    commands: [
      spawn(someone(1)),
      tell(0, 0, 2),
      // The parent hears of it late, and the thread of the child is held up before the verdict comes.
      strike('stall', 1, 3, 12),
      strike('stall', 2, dice.integer(5, 8), 100),
      strike('kill', 2, 15),
    ],
    scripts: [[{ do: 'spawn', ...child }]],
  };
}

/** Messages come for actors that their parents have not all made again, in another order than at first. */
export function madeOutOfOrder(dice: Dice): Scene {
  const children = (count: number): Action[] =>
    Array.from({ length: count }, () => ({ do: 'spawn', ...someone(2) }));
  return {
    settings: { ...SLOW_NEWS, signalRingBytes: TIGHT_BYTES },
    commands: [
      spawn(someone(1)),
      spawn(someone(1)),
      tell(0, 0, 1),
      tell(1, 1, 2),
      tell(0, 0, 2),
      strike('kill', 2, 10),
      ...Array.from({ length: 12 }, (_, index) => tell(6 + (index % 2), -1, dice.pick([0.2, 0.4]))),
    ],
    scripts: [children(4), children(2)],
  };
}

/** Watches come before their actor is made again, and are taken back before the last of all others is, too. */
export function watchTakenBack(dice: Dice): Scene {
  const watchers = 6;
  const targets = Array.from({ length: 8 }, (): Action => ({ do: 'spawn', ...someone(2) }));
  const watched = 1 + watchers;
  return {
    settings: { ...SLOW_NEWS, signalRingBytes: TIGHT_BYTES },
    commands: [
      spawn(someone(1)),
      ...Array.from({ length: watchers }, () => spawn(someone(0))),
      tell(0, 0, 1),
      strike('kill', 2, 10),
      strike('stall', 1, 0, dice.pick([2, 4])),
      ...Array.from({ length: watchers }, (_, index) => tell(1 + index, 1, 0.1)),
      ...Array.from({ length: watchers }, (_, index) => tell(1 + index, 2, dice.pick([0.2, 0.8]))),
    ],
    scripts: [targets, [{ do: 'watch', to: watched }], [{ do: 'unwatch', to: watched }]],
  };
}

/** A thread dies with the order unread that begins an actor anew, and the supervisor decides again. */
export function orderForTheDead(dice: Dice): Scene {
  const backoff = { minMs: 20, maxMs: 60, factor: 2, jitter: 0 };
  const child = someone(2, {}, { backoff });
  return {
    commands: [
      spawn(someone(1)),
      tell(0, 0, 1),
      tell(1, 1, 5),
      strike('stall', 2, dice.integer(10, 15), 100),
      strike('kill', 2, dice.integer(15, 20)),
    ],
    scripts: [[{ do: 'spawn', ...child }], [{ do: 'throw' }]],
  };
}

/** Some time after the death of a thread, in which the next one is made; that one is slow to begin. */
function untilReplaced(dice: Dice, member: number): readonly ReturnType<typeof strike>[] {
  const amount = dice.pick([5, 20]);
  return Array.from({ length: dice.integer(4, 8) }, () => strike('stall', member, 0.2, amount));
}
