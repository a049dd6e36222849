import type { Dice } from './dice.js';
import { type Scene, someone, spawn, strike, tell, telling } from './scene.js';

/** What can go wrong between the turns and the incarnations of actors, while no thread dies. */

/** A signal with attachments overtakes messages that have some, too. */
export function overtakenAttachments(dice: Dice): Scene {
  const cargo = dice.pick(['large-bytes', 'transfer'] as const);
  const luggage = someone(2, {}, { hasLuggage: true });
  return {
    commands: [spawn(someone(1)), spawn(someone(2)), tell(0, 0, dice.integer(1, 4))],
    scripts: [[telling(1, -1, cargo), { do: 'spawn', ...luggage }, telling(1, -1, cargo)]],
  };
}

/** A timer fires into the mailbox of an actor that is about to fail, and is set anew by the next incarnation. */
export function timerOverRestart(dice: Dice): Scene {
  const delayMs = dice.integer(1, 4);
  const repeats = dice.chance(0.3);
  return {
    commands: [spawn(someone(dice.pick([0, 1]), { initScript: 0 })), tell(0, 1)],
    scripts: [
      [{ do: repeats ? 'interval' : 'timer', key: 'a', delayMs, script: -1 }],
      [{ do: 'pause', ms: 10 }, { do: 'throw' }],
    ],
  };
}

/** An actor fails with its peer while its turn is open, and the next incarnation opens one of its own. */
export function turnOfTheDead(dice: Dice): Scene {
  const [first, second] = [dice.integer(10, 20), dice.integer(30, 50)];
  return {
    commands: [
      spawn(someone(1)),
      spawn(someone(dice.pick([1, 2]))),
      tell(0, 0, 2),
      tell(0, 1, 3),
      tell(0, 2),
      tell(0, -1, 0, 'none', 3),
      tell(1, 3, 3),
    ],
    scripts: [
      [{ do: 'link', to: 1 }],
      [{ do: 'pause', ms: first }],
      [{ do: 'pause', ms: second }],
      [{ do: 'throw' }],
    ],
  };
}

/** A declared child fails while a later one still starts. */
export function failureDuringStart(dice: Dice): Scene {
  const [one, two, three] = [dice.integer(0, 3), dice.integer(4, 9), dice.integer(2, 5)];
  return {
    commands: [
      {
        afterMs: 0,
        do: 'steward',
        startsMs: [one, two, three],
        failsMs: [dice.integer(1, 3), -1, -1],
        placement: dice.pick(['spread', 'same']),
      },
    ],
    scripts: [],
  };
}

/** An actor takes back what it has put aside. */
export function stashAndBack(dice: Dice): Scene {
  const afterMs = dice.integer(0, 2);
  return {
    commands: [
      spawn(someone(dice.pick([0, 1]))),
      tell(0, 0),
      tell(0, 0, afterMs),
      tell(0, 1, afterMs),
      // What came back has been put aside again.
      tell(0, 2, 1),
    ],
    scripts: [[{ do: 'stash' }], [{ do: 'unstash' }], [{ do: 'stop' }]],
  };
}

/** A group is restarted in which one child is not to come back. */
export function temporarySibling(dice: Dice): Scene {
  const children = [
    someone(dice.pick([1, 2]), {}, { restart: 'temporary' }),
    someone(dice.pick([1, 2])),
  ];
  return {
    commands: [spawn(someone(1, {}, { kind: 'all' })), tell(0, 0, 1), tell(2, 1, 5)],
    scripts: [children.map((child) => ({ do: 'spawn', ...child })), [{ do: 'throw' }]],
  };
}

/** A child takes longer to stop than it may. */
export function slowStop(dice: Dice): Scene {
  const child = someone(dice.pick([1, 2]), { stoppedMs: 200 }, { shutdownMs: 20 });
  return {
    commands: [spawn(someone(1)), tell(0, 0, 1), tell(0, 1, 5)],
    scripts: [[{ do: 'spawn', ...child }], [{ do: 'stop-child', to: 0 }]],
  };
}

/** A new thread sends attachments to one that is busy, and has not looked at the port between them. */
export function newcomer(dice: Dice): Scene {
  return {
    settings: { pinnedThreads: 1, throughput: 1 },
    commands: [
      spawn(someone(2)),
      tell(0, 1, 1, 'none', 25),
      strike('stall', 2, dice.pick([0.5, 1, 2]), 30),
      spawn(someone('pinned', { initScript: 0 })),
    ],
    scripts: [[telling(0, -1, 'transfer')], [{ do: 'hog' }]],
  };
}

/** A child fails again when its supervisor's period is over. */
export function failureLongAgo(dice: Dice): Scene {
  const child = someone(dice.pick([1, 2]));
  return {
    commands: [
      spawn(someone(1, {}, { kind: 'oneShort' })),
      tell(0, 0, 1),
      tell(1, 1, 5),
      tell(1, 1, dice.integer(40, 60)),
    ],
    scripts: [[{ do: 'spawn', ...child }], [{ do: 'throw' }]],
  };
}

/** An actor fails that has taken on another behaviour. */
export function behaviourOverRestart(dice: Dice): Scene {
  return {
    commands: [spawn(someone(dice.pick([0, 1]))), tell(0, 0), tell(0, -1, 20)],
    scripts: [
      [
        { do: 'timer', key: 'a', delayMs: dice.integer(1, 5), script: 1 },
        { do: 'become', behavior: 'closed' },
      ],
      [{ do: 'throw' }],
    ],
  };
}

/** A message follows more signals than their ring can take. */
export function messageBehindSignals(dice: Dice): Scene {
  const spawns = Array.from({ length: dice.integer(7, 10) }, () => ({
    do: 'spawn' as const,
    ...someone(2),
  }));
  return {
    settings: { signalRingBytes: 1024 },
    commands: [spawn(someone(1)), spawn(someone(2)), tell(0, 0, 2)],
    scripts: [[...spawns, telling(1, -1)]],
  };
}
