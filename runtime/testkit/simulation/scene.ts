import type { Dice } from './dice.js';
import type { Action, Command, Fault, Plan, Program, Settings, Spawn } from './program.js';

/**
 * A situation that chance alone hardly ever brings about: what a program begins with. The actors that it
 * spawns are the first of the program, and have the numbers from 0 up.
 */
export interface Scene {
  readonly commands: readonly Command[];
  /** Scripts by the numbers that its actions use; they are moved to where there is room. */
  readonly scripts: readonly (readonly Action[])[];
  readonly settings?: Partial<Settings>;
}

/** Makes a scene, each time a little different. */
export type SceneMaker = (dice: Dice) => Scene;

/** What any scene needs: two threads, and nobody who steps in. */
const STAGE: Partial<Settings> = { threadIntensity: 1000, watchdogKillMs: 1e9, stopsAt: 'rest' };
const LEAST_THREADS = 2;

/** A program that begins with a scene, and then goes on as it is. */
export function staged(program: Program, scene: Scene): Program {
  const offset = program.scripts.length;
  const commands = scene.commands.map((each) => moved(each, offset));
  const threads = Math.max(LEAST_THREADS, program.settings.threads);
  return {
    ...program,
    settings: { ...program.settings, ...STAGE, ...scene.settings, threads },
    scripts: [
      ...program.scripts,
      ...scene.scripts.map((script) => script.map((each) => moved(each, offset))),
    ],
    commands: [...commands, { afterMs: 0, do: 'rest' }, ...program.commands],
  };
}

/** The same with the scripts it names further back. */
function moved<T extends Action | Command>(each: T, offset: number): T {
  const names = each as { script?: number; plan?: Plan };
  const { script, plan } = names;
  return {
    ...each,
    ...(script === undefined ? {} : { script: movedScript(script, offset) }),
    ...(plan === undefined
      ? {}
      : { plan: { ...plan, initScript: movedScript(plan.initScript, offset) } }),
  };
}

function movedScript(script: number, offset: number): number {
  return script < 0 ? script : script + offset;
}

const QUIET: Plan = {
  initFails: [],
  initMs: 0,
  stoppedMs: 0,
  stoppedFails: false,
  initScript: -1,
};

/** An actor that always comes back, on a thread of its own choice. */
export function someone(
  placement: Spawn['placement'],
  plan: Partial<Plan> = {},
  rest: Partial<Spawn> = {},
): Spawn {
  return {
    kind: 'oneOften',
    name: undefined,
    placement,
    restart: 'permanent',
    mailbox: undefined,
    shutdownMs: 5000,
    backoff: undefined,
    hasLuggage: false,
    plan: { ...QUIET, ...plan },
    ...rest,
  };
}

/** The program outside spawns an actor. */
export function spawn(spawn: Spawn): Command {
  return { afterMs: 0, do: 'spawn', ...spawn };
}

/** The program outside tells an actor something. */
export function tell(
  to: number,
  script: number,
  afterMs = 0,
  cargo: 'none' | 'large-bytes' = 'none',
  count = 1,
): Command {
  return { afterMs, do: 'tell', to, script, cargo, count };
}

/** An actor tells another one something. */
export function telling(
  to: number,
  script: number,
  cargo: 'none' | 'large-bytes' | 'transfer' = 'none',
): Action {
  return { do: 'tell', to, script, cargo, waits: false, timeoutMs: 100 };
}

/** Something goes wrong at a certain moment. */
export function strike(fault: Fault['do'], member: number, afterMs: number, amount = 0): Command {
  return { afterMs, do: 'strike', fault, member, amount };
}
