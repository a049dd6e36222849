import type { Signal } from '../../actor/signals.js';
import type { AnyRef } from '../../ref/actor-ref.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import type { ThreadConfig } from '../../worker/thread-config.js';
import { Machine, type MachineOptions } from './machine.js';
import type { Program, Settings } from './program.js';
import { checkWakes } from './wake-check.js';
import { type Definitions, World } from './world.js';

const ASK_PROBE_MS = 20;

/** A machine for a program, and the world that watches over it. */
export function makeWorld(program: Program, definitions: Definitions, keepsLines: boolean): World {
  const { seed, settings } = program;
  const { costMs, latencyMs } = settings;
  // The machine tells the world, which is made around it.
  const holder: { world: World | null } = { world: null };
  const machine = new Machine({
    seed,
    costMs,
    latencyMs,
    keepsLines,
    configure: (config) => configured(config, settings),
    ...hooks(() => holder.world!),
  });
  holder.world = new World(machine, program, definitions);
  return holder.world;
}

function configured(config: ThreadConfig, settings: Settings): ThreadConfig {
  const { signalRingBytes, ringBytes: userRingBytes, dictionaryBytes, sliceMs, spinMs } = settings;
  const checksums = settings.strict;
  const channel = { signalRingBytes, userRingBytes, dictionaryBytes, checksums };
  return { ...config, channel, sliceMs, spinMs, askProbeMs: ASK_PROBE_MS };
}

/** What the world hears of the machine. */
function hooks(world: () => World): Omit<MachineOptions, 'seed'> {
  return {
    onThread: (actors) => observeThread(world(), actors),
    onDied: ({ member, actors }) => {
      const { alive, members } = world().machine.host!;
      if (actors === null || !alive.includes(member)) world().met('a thread dies while it starts');
      world().threadDied(member, actors);
      if (members.length > alive.length) {
        world().met('a thread dies while another one is replaced');
      }
    },
    onKilled: (_thread, place) => {
      // Counted for the one who dies: what follows is that of a ghost.
      const { coverage } = world();
      coverage.met('a thread dies at work');
      if (place === 'bell') coverage.met('a thread dies with a bell in its hand');
    },
    onKilledBySystem: () => world().met('the watchdog ends a thread'),
    onEnded: () => {
      // Also while the system stops: but not when it ends all threads.
      world().hasGivenBack = true;
      world().met('a pinned thread is given back');
    },
    onDefect: (error) => world().violate('crash', error.stack ?? error.message),
    onIdle: () => checkWakes(world()),
  };
}

/** Shows all signals that a thread gives to the check of supervision, and takes note of situations. */
export function observeThread(world: World, actors: ActorThread): void {
  const { signals, recovery, early } = actors;
  const holds = early.holds.bind(early);
  early.holds = (to, retry) => {
    const isHeld = holds(to, retry);
    if (isHeld) world.met('a message comes before its actor');
    return isHeld;
  };
  world.looks.befall(actors);
  world.signalOrder.observe(actors);
  const gates = recovery.gates.bind(recovery);
  recovery.gates = (to, restart) => {
    const isGated = gates(to, restart);
    if (isGated) {
      world.met('a restart waits for orphans to be gone');
      const node = world.nodeAt(to);
      if (node !== undefined && node.gatedMs < 0) node.gatedMs = world.nowMs;
    }
    return isGated;
  };
  const { deadLetters } = actors;
  const take = deadLetters.take.bind(deadLetters);
  deadLetters.take = (item, type, to, reason, origin) => {
    world.mail.dead(actors, item, to, reason);
    take(item, type, to, reason, origin);
  };
  if (actors.thread > world.program.settings.threads) world.met('a pinned thread starts');
  const toActor = signals.toActor.bind(signals);
  signals.toActor = (to: AnyRef, signal: Signal): void => {
    toActor(to, signal);
    world.supervision.observe(actors, to, signal);
  };
}
