import { Dice } from './dice.js';
import { someAction, someCargo, someSpawn, someTarget } from './generate-actions.js';
import { streamOf } from './machine.js';
import type { Action, Command, Fault, Program, Settings } from './program.js';
import { staged } from './scene.js';
import { SCENES } from './scenes.js';

/** The stream of chance that programs come from. */
const PROGRAM_STREAM = 77;
/** The stream of chance for scenes: every other program begins with one, each scene in its turn. */
const SCENE_STREAM = 78;
/** Share of these in which nothing else goes wrong. */
const CALM_SHARE = 0.5;
const MEMBERS = 6;

/** The program of a seed: the same on every machine. */
export function generate(seed: number): Program {
  const dice = new Dice(streamOf(seed, PROGRAM_STREAM));
  const settings = someSettings(dice);
  const scripts = someScripts(dice, dice.integer(8, 30));
  const commands = someCommands(dice, scripts.length);
  const faults = someFaults(dice);
  return withScene({ seed, settings, scripts, commands, faults });
}

function withScene(program: Program): Program {
  const { seed } = program;
  if (seed % 2 === 1) return program;
  const dice = new Dice(streamOf(seed, SCENE_STREAM));
  const scene = SCENES[(seed / 2) % SCENES.length]!(dice);
  return staged(dice.chance(CALM_SHARE) ? { ...program, faults: [] } : program, scene);
}

function someSettings(dice: Dice): Settings {
  return {
    threads: dice.pick([1, 2, 2, 2, 3]),
    pinnedThreads: dice.pick([0, 0, 1]),
    ringBytes: dice.pick([4096, 4096, 4096, 16384]),
    signalRingBytes: dice.pick([1024, 4096, 16384]),
    dictionaryBytes: dice.pick([1024, 16384]),
    overflowMessages: dice.pick([2, 5, 50, 1000]),
    throughput: dice.pick([1, 2, 8, 64]),
    sliceMs: dice.pick([0.05, 0.3, 1]),
    spinMs: dice.pick([0, 0, 0.05]),
    costMs: dice.pick([0.005, 0.02, 0.1]),
    latencyMs: dice.pick([0.02, 0.1, 1]),
    earlyLooks: dice.pick([0, 0.1, 0.3]),
    strict: dice.chance(0.1),
    attributePromises: dice.chance(0.06),
    threadIntensity: dice.chance(0.04) ? 1 : 1000,
    watchdogKillMs: dice.chance(0.15) ? 60 : 1e9,
    stopsAt: dice.weighted({ rest: 6, work: 2, replacement: 0.5 }),
  };
}

function someScripts(dice: Dice, count: number): Action[][] {
  return Array.from({ length: count }, (_, index) => {
    const isFamily = dice.chance(0.2);
    const after = (share: number): number =>
      index + 1 < count && dice.chance(share) ? dice.integer(index + 1, count - 1) : -1;
    return Array.from({ length: dice.integer(1, 4) }, () =>
      isFamily ? { do: 'spawn', ...someSpawn(dice, after, 'permanent') } : someAction(dice, after),
    );
  });
}

function someCommands(dice: Dice, scriptCount: number): Command[] {
  const script = (): number => dice.integer(0, scriptCount - 1);
  const commands: Command[] = [];
  const afterMs = (): number => dice.pick([0, 0, 0, 0.1, 1, 5]);
  for (let i = dice.integer(2, 5); i > 0; i--) {
    commands.push({ afterMs: afterMs(), do: 'spawn', ...someSpawn(dice, () => script()) });
  }
  const restAt = dice.integer(4, 12);
  for (let i = dice.integer(8, 26); i > 0; i--) {
    if (i === restAt) commands.push({ afterMs: 0, do: 'rest' });
    commands.push(someCommand(dice, script, afterMs()));
  }
  return commands;
}

function someCommand(dice: Dice, script: () => number, afterMs: number): Command {
  const what = dice.weighted({
    tell: 12,
    ask: 4,
    send: 2,
    spawn: 2,
    'stop-actor': 1.5,
    inspect: 0.5,
    terminated: 0.7,
    resolve: 0.3,
    steward: 0.3,
  });
  const to = someTarget(dice);
  switch (what) {
    case 'tell':
    case 'ask':
    case 'send': {
      const count = dice.chance(0.15) ? dice.integer(5, 25) : 1;
      return { afterMs, do: what, to, script: script(), cargo: someCargo(dice), count };
    }
    case 'spawn':
      return { afterMs, do: what, ...someSpawn(dice, () => script()) };
    case 'steward': {
      const startsMs = Array.from({ length: 3 }, () => dice.integer(0, 3));
      const failsMs = startsMs.map(() => dice.pick([-1, -1, 1, 4]));
      return { afterMs, do: what, startsMs, failsMs, placement: dice.pick(['spread', 'same']) };
    }
    default:
      return { afterMs, do: what, to };
  }
}

const AMOUNTS: Readonly<Record<Fault['do'], readonly number[]>> = {
  kill: [0],
  'kill-at-work': [1, 1, 2, 3, 5, 8, 13, 21],
  stall: [1, 10, 100, 200],
  'pause-clock': [1, 10, 60],
  slow: [5, 50],
  'late-bell': [1, 20, 100],
};

function someFaults(dice: Dice): Fault[] {
  // Many runs without deaths: then the sums must be right to the last message.
  const dies = dice.chance(0.6);
  const count = dice.pick([0, 1, 2, 3, 4, 6]);
  const faults = Array.from({ length: count }, (): Fault => {
    const what = dice.weighted({
      kill: dies ? 3 : 0,
      'kill-at-work': dies ? 6 : 0,
      stall: 2,
      'pause-clock': 1.5,
      slow: 1,
      'late-bell': 1,
    });
    const member = dice.integer(what.startsWith('kill') ? 1 : 0, MEMBERS - 1);
    const atStep = Math.floor(10 ** (dice.integer(8, 30) / 10));
    return { atStep, do: what, member, amount: dice.pick(AMOUNTS[what]) };
  });
  return faults.sort((a, b) => a.atStep - b.atStep);
}
