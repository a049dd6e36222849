import type { ActorRef } from '../../ref/actor-ref.js';
import { askNode, sendNode, tellNode } from './mail.js';
import { argsOf, isRefusedSpawn, spawnOptions } from './perform-bonds.js';
import type { Command } from './program.js';
import type { SimMessage } from './protocol.js';
import { Steward } from './steward.js';
import type { World } from './world.js';

const OUTSIDE_TIMEOUT_MS = 150;

/** Waits for an answer that the death of a thread can cut off. */
function waitUnlessDeaths(world: World, promise: Promise<unknown>): void {
  const entry = { isOpen: true };
  world.openStops.push(entry);
  promise.finally(() => {
    entry.isOpen = false;
  });
}

/** Does what the program outside of all actors does, on the main thread. */
export function runCommand(world: World, command: Command): void {
  const system = world.system!;
  if (command.do === 'rest' || command.do === 'strike') return;
  if (command.do === 'spawn') {
    const number = world.nextNode;
    if (number < 0) return;
    try {
      const definition = world.definitions[command.kind]!;
      const ref = system.spawn(definition, argsOf(number, command), spawnOptions(command));
      world.spawned(number, ref, command, null);
    } catch (error) {
      if (!isRefusedSpawn(world, error)) throw error;
    }
    return;
  }
  if (command.do === 'steward') {
    const { startsMs, failsMs, placement } = command;
    system.spawn(Steward, { number: world.stewards++, startsMs, failsMs }, { placement });
    return;
  }
  const node = world.target(command.to);
  if (node === undefined) return;
  const ref = world.refOn(world.mainThread!, node) as ActorRef<SimMessage>;
  world.note(0, `outside: ${command.do} ${node.number}`);
  const wait = (promise: Promise<unknown>): void => {
    world.openAnswers++;
    promise.catch(() => {}).finally(() => world.openAnswers--);
  };
  switch (command.do) {
    case 'tell':
    case 'ask':
    case 'send':
      for (let i = 0; i < command.count; i++) {
        const { script, cargo } = command;
        if (command.do === 'tell') tellNode(world, null, ref, node, script, cargo);
        else if (command.do === 'ask') {
          void askNode(world, null, ref, node, script, cargo, OUTSIDE_TIMEOUT_MS, null);
        } else void sendNode(world, null, ref, node, script, cargo, OUTSIDE_TIMEOUT_MS);
      }
      break;
    case 'stop-actor':
      node.isUnwanted = true;
      world.met('an actor is stopped from outside');
      // The request is lost if it dies with its thread, and then nobody answers.
      waitUnlessDeaths(world, system.stopActor(ref));
      break;
    case 'inspect':
      wait(system.inspect(ref));
      break;
    case 'terminated':
      // Answered at the end of the actor, or at that of the system: it is not waited for.
      void system.terminated(ref);
      break;
    case 'resolve':
      wait(system.resolve(`/user/${node.spawn.name ?? 'x'}`));
      break;
  }
}
