import type { ActorCell } from '../../actor/actor-cell.js';
import { ActorContext } from '../../actor/actor-context.js';
import { CELL_STATUS_NAMES, CellStatus } from '../../actor/lifecycle.js';
import type { Address } from '../../ref/address.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import { MAIN_THREAD } from '../../worker/thread-config.js';
import { isLinked } from './links.js';
import type { World } from './world.js';

/**
 * What must be true when nothing runs and nothing is due: nothing waits anywhere, every actor is well, and
 * what two threads know of each other's actors agrees.
 */
export function checkRest(world: World): void {
  const threads = runningThreads(world);
  for (const actors of threads) checkThread(world, actors);
  for (const actors of threads) for (const cell of actors.cells) checkCell(world, cell);
  for (const { life, address } of world.nodes) {
    if (life === null || life.isOver) continue;
    if (life.openAsks > 0) {
      world.violate('asks', `actor ${life.node} waits for ${life.openAsks} answers for ever`);
    }
    if (ActorContext.cellOf(life.context) === world.cellAt(address)) continue;
    world.violate('one-incarnation', `actor ${life.node} lives on, and nobody can reach it`);
  }
  if (world.deaths === 0 && !world.hasGivenBack && world.openStops.some(({ isOpen }) => isOpen)) {
    world.violate('asks', 'the stop of an actor never ends');
  }
  if (world.openAnswers > 0 && !world.hasGivenBack) {
    world.violate('asks', `${world.openAnswers} answers never come to the program outside`);
  }
  checkLinks(world);
  world.supervision.atRest();
}

/** The runtimes of all members that run. */
export function runningThreads(world: World): ActorThread[] {
  const members = world.machine.host?.members ?? [MAIN_THREAD];
  return members.map((member) => world.actorsOf(member)).filter((actors) => actors !== undefined);
}

function checkThread(world: World, actors: ActorThread): void {
  const who = `thread ${actors.thread}`;
  const stuck = (what: string): void => world.violate('at-rest', `${who} ${what}`);
  if (actors.hasWork) stuck('has work, and nobody wakes it');
  if (actors.wheel.size > 0)
    stuck(`has ${actors.wheel.size} timers that nobody waits for, next in ${actors.idleMs}`);
  if (actors.early.size > 0) stuck('holds messages for actors that never come');
  if (!actors.recovery.isOver) stuck('never comes to the end of a recovery');
  if (actors.asks.size > 0) stuck(`has ${actors.asks.size} asks open`);
  for (const member of world.machine.host!.members) {
    const messages = actors.mesh.to(member)?.overflow.messages ?? 0;
    if (messages > 0) stuck(`has ${messages} messages for ${member} that wait for room`);
  }
}

function name(world: World, cell: ActorCell): string {
  const node = world.nodeAt(cell.ref);
  return node === undefined ? `the root ${cell.ref.path}` : `actor ${node.number}`;
}

function checkCell(world: World, cell: ActorCell): void {
  const who = name(world, cell);
  if (cell.status !== CellStatus.RUNNING) {
    world.violate('at-rest', `${who} is ${CELL_STATUS_NAMES[cell.status]} for ever`);
    return;
  }
  if (cell.open || cell.inFlight > 0) world.violate('at-rest', `${who} never ends its turn`);
  if (cell.queuedCount + cell.waitingCount > 0) {
    world.violate('at-rest', `${who} never looks at its mail`);
  }
  checkFamily(world, cell, who);
  const watches = cell.extras?.watches;
  if (watches == null) return;
  for (const { actor } of watches.watching.values()) {
    if (isAbsent(world, actor)) continue;
    const other = world.cellAt(actor);
    if (other === undefined)
      world.violate('watches', `${who} never hears of an end it watches for`);
    else if (!has(other.extras?.watches?.watchers, cell)) {
      world.violate('watches', `${who} watches ${name(world, other)}, which does not know`);
    }
  }
  for (const watcher of watches.watchers.values()) {
    const other = world.cellAt(watcher);
    if (other === undefined) world.violate('watches', `${who} has a watcher that is gone`);
    else if (!other.extras?.watches?.watching.has(cell.ref.id)) {
      world.violate(
        'watches',
        `${who} has ${name(world, other)} as a watcher, which does not watch`,
      );
    }
  }
}

/** A pinned thread that was given back reads its signals when it is started again. */
function isAbsent(world: World, { thread }: Address): boolean {
  return !world.machine.host!.members.includes(thread);
}

/** Two actors that were linked, and have not ended since, are linked still: both know it. */
function checkLinks(world: World): void {
  for (const { life, address } of world.nodes) {
    if (life === null || life.isOver) continue;
    for (const [number, peer] of life.linked) {
      const other = world.nodes[number]!;
      if (peer === null || other.life !== peer || peer.isOver || peer.isStopped) continue;
      const [one, two] = [world.cellAt(address), world.cellAt(other.address)];
      if (one === undefined || two === undefined) continue;
      const isMutual = isLinked(one, two.ref) && isLinked(two, one.ref);
      if (!isMutual) world.violate('bonds', `the link of actor ${life.node} to ${number} is lost`);
    }
  }
}

function has(refs: ReadonlyMap<string, Address> | undefined, cell: ActorCell): boolean {
  for (const ref of refs?.values() ?? []) if (cell.ref.equals(ref)) return true;
  return false;
}

function checkFamily(world: World, cell: ActorCell, who: string): void {
  for (const child of cell.family?.refs ?? []) {
    if (world.cellAt(child) !== undefined) continue;
    const number = world.nodeAt(child)?.number;
    world.violate('at-rest', `${who} believes in child ${number}, which is gone`);
  }
  if (cell.parent === null) return;
  const parent = world.cellAt(cell.parent);
  if (parent === undefined) world.violate('at-rest', `${who} has outlived its parent`);
  else if (!parent.family?.refs.some((ref) => cell.ref.equals(ref))) {
    world.violate('at-rest', `${who} is unknown to its parent`);
  }
}
