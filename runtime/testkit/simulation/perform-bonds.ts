import { ActorContext } from '../../actor/actor-context.js';
import type { SpawnOptions } from '../../actor/spawn-options.js';
import { hasCode } from '../../base/errors.js';
import { addressKey } from '../../ref/address.js';
import { packLuggage } from './cargo.js';
import type { Life } from './life.js';
import { type Node, nowhere } from './node.js';
import type { Action, Spawn } from './program.js';
import type { SimContext } from './protocol.js';
import { ThreadKilled } from './strand.js';
import type { NodeArgs, World } from './world.js';

/** The options of a spawn as the runtime takes them. */
export function spawnOptions(spawn: Spawn): SpawnOptions {
  const { name, placement, restart, mailbox, shutdownMs, backoff } = spawn;
  return {
    placement,
    restart,
    shutdownMs,
    ...(name === undefined ? {} : { name }),
    ...(mailbox === undefined ? {} : { mailbox }),
    ...(backoff === undefined ? {} : { backoff }),
  };
}

/** What the `init` of an actor is given. */
export function argsOf(node: number, { hasLuggage }: Spawn): NodeArgs {
  return { node, luggage: hasLuggage ? packLuggage(node) : null };
}

/** True for a refusal that a spawn may meet in any program. */
export function isRefusedSpawn(world: World, error: unknown): boolean {
  if (hasCode(error, 'ERR_NAME_TAKEN')) world.met('a name is taken');
  return ['ERR_NAME_TAKEN', 'ERR_NO_THREAD', 'ERR_STOPPED', 'ERR_CONTEXT'].some((code) =>
    hasCode(error, code as 'ERR_STOPPED'),
  );
}

/** An actor makes a child. */
export function performSpawn(world: World, life: Life, ctx: SimContext, spawn: Spawn): void {
  const number = world.nextNode;
  if (number < 0) return;
  try {
    const ref = ctx.spawn(
      world.definitions[spawn.kind]!,
      argsOf(number, spawn),
      spawnOptions(spawn),
    );
    if (!world.isGhost) world.spawned(number, ref, spawn, life);
  } catch (error) {
    // The thread died within the spawn: the child may be on its way already, and its number is taken.
    if (error instanceof ThreadKilled) {
      world.spawned(number, nowhere(life.actors.serial), spawn, life);
      throw error;
    }
    if (!isRefusedSpawn(world, error)) throw error;
    if (hasCode(error, 'ERR_NAME_TAKEN')) checkNameTaken(world, ctx, spawn);
  }
}

/** A name is free as soon as the child that had it is gone. */
function checkNameTaken(world: World, ctx: SimContext, { name }: Spawn): void {
  if (ctx.children.some((ref) => world.nodeAt(ref)?.spawn.name === name)) return;
  world.violate('names', `name '${name}' is refused, and no child has it`);
}

/** A watch is set: one more notice, or the one that was to come in another form. */
function expectNotice(life: Life, node: Node, withMessage: boolean): void {
  const watch = life.watching.get(node.number) ?? { hooks: 0, messages: 0, withMessage };
  life.watching.set(node.number, watch);
  const { watching } = ActorContext.cellOf(life.context)?.extras?.watches ?? {};
  const isSet = watching?.has(addressKey(node.address)) === true;
  if (isSet && watch.withMessage !== withMessage) {
    if (withMessage) watch.hooks--;
    else watch.messages--;
  }
  if (!isSet || watch.withMessage !== withMessage) {
    if (withMessage) watch.messages++;
    else watch.hooks++;
  }
  watch.withMessage = withMessage;
}

/** Ties and unties bonds to other actors. */
export function performBond(world: World, life: Life, ctx: SimContext, action: Action): void {
  if (!('to' in action)) return;
  const node = world.target(action.to);
  if (node === undefined || node.number === life.node) return;
  const ref = world.refOn(life.actors, node);
  const who = `actor ${life.node}.${life.incarnation}`;
  world.note(life.actors.thread, `${who}: ${action.do} ${node.number}`);
  switch (action.do) {
    case 'watch':
    case 'watch-with': {
      expectNotice(life, node, action.do === 'watch-with');
      if (action.do === 'watch-with') ctx.watch(ref, { type: 'gone', node: node.number });
      else ctx.watch(ref);
      if (node.hasStarted && world.cellAt(node.address) === undefined) {
        world.met('an actor that is gone already is watched');
      }
      break;
    }
    case 'unwatch':
      ctx.unwatch(ref);
      life.watching.delete(node.number);
      break;
    case 'link':
      ctx.link(ref);
      life.unlinked.delete(node.number);
      life.linked.set(node.number, node.life?.isOver === false ? node.life : null);
      break;
    case 'unlink':
      ctx.unlink(ref);
      life.unlinked.add(node.number);
      life.linked.delete(node.number);
      node.life?.linked.delete(life.node);
      break;
    case 'stop-child': {
      const own = life.children.find((number) => world.cellAt(world.nodes[number]!.address));
      if (own === undefined) break;
      const child = world.nodes[own]!;
      const isChild = ctx.children.some((each) => each.equals(child.address));
      if (!isChild) break;
      if (!world.isGhost) child.isUnwanted = true;
      world.met('a child is stopped by its parent');
      ctx.stopChild(world.refOn(life.actors, child));
      world.mail.afterOrder(life, child);
      break;
    }
    default:
  }
}
