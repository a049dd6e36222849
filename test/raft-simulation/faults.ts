import type { RaftMessage } from '../../actors/raft/messages.js';
import { Dice } from './dice.js';
import { ELECTION_TICKS, FAULT_KINDS, type FaultKind, TICK } from './program.js';
import type { SimNode } from './sim-node.js';
import type { World } from './world.js';

const ELECTION = ELECTION_TICKS * TICK;
/** A node is held by what it applies for this long at most. */
const LONGEST_HOLD = 2 * ELECTION;

const CLASSES: readonly RaftMessage['type'][] = [
  'vote',
  'vote-answer',
  'append',
  'append-answer',
  'heartbeat',
  'heartbeat-answer',
  'snapshot',
  'timeout-now',
];

/** Whether a deed is one of {@link FAULT_KINDS}. */
export function isFault(kind: string): kind is FaultKind {
  return (FAULT_KINDS as readonly string[]).includes(kind);
}

/** Does one of the faults of storage, links and time. */
export function harm(world: World, kind: FaultKind, dice: Dice): void {
  const nodes = [...world.nodes.values()];
  const leader = nodes.find(({ replica }) => replica?.raft.role === 'leader');
  const node = leader !== undefined && dice.chance(0.4) ? leader : dice.pick(nodes);
  switch (kind) {
    case 'tear':
    case 'fail-sync': {
      const fault = kind === 'tear' ? 'tear' : 'fail';
      const isForInstall = dice.chance(0.3);
      // The leader is sent no snapshot.
      const prey = isForInstall ? dice.pick(nodes) : node;
      prey.ambush = { fault, isForInstall, choice: dice.below(2 ** 30) };
      return;
    }
    case 'slow-apply':
      node.applyCost = dice.pick([0, 1, 10, 50]);
      return;
    case 'starve':
      world.network.starve(node.id, dice.pick(CLASSES), dice.between(0, 3 * ELECTION));
      return;
    case 'flap': {
      const period = dice.between(1, ELECTION);
      const isOneWay = dice.chance(0.5);
      for (const { id } of nodes) {
        if (id === node.id) continue;
        world.network.flap(id, node.id, period);
        if (!isOneWay) world.network.flap(node.id, id, period);
      }
      return;
    }
    case 'jump':
      jump(world, node, dice.below(3 * ELECTION_TICKS));
  }
}

/** A clock goes forward at once. Not where a lease trusts in its rate: that is beyond what a lease promises. */
function jump(world: World, node: SimNode, ticks: number): void {
  const { settings } = world.program;
  if (settings.leaseDrift !== undefined || node.replica === undefined) return;
  if (node.pausedUntil > world.now) return;
  world.coverage.met('a clock jumped');
  for (let i = 0; i < ticks; i++) {
    node.tickCount++;
    node.replica.raft.tick();
  }
  world.pump(node);
}

/**
 * A write of this node goes wrong. It ends at once, as the actor does, and starts again later from what its disk holds.
 * @returns false when its disk does what it should
 */
export function failsToSync(world: World, node: SimNode): boolean {
  const { ambush, disk } = node;
  const write = disk.next;
  if (ambush === undefined || write === undefined) return false;
  if (ambush.isForInstall && write.install === null) return false;
  node.ambush = undefined;
  const dice = new Dice(ambush.choice);
  const { coverage } = world;
  if (write.install !== null) {
    coverage.met('a node ended while the snapshot that it had restored was not on disk');
  }
  world.crashCount++;
  if (ambush.fault === 'tear') {
    if (write.entries.length > 0) {
      coverage.met('power was lost in the middle of a write of entries');
    }
    disk.tear();
    node.crash(0);
  } else {
    coverage.met('the storage failed and its node ended');
    // An error does not say that nothing has reached the disk.
    disk.fail(dice.chance(0.5));
    node.crash(0);
  }
  const { id, incarnation } = node;
  const at = world.now + dice.between(0, 3 * ELECTION);
  world.queue.push(at, { type: 'start', node: id, incarnation });
  return true;
}

/** What was applied holds its node. @returns for how long what it says next waits */
export function holdUp(world: World, node: SimNode, count: number): number {
  if (node.applyCost === 0) return 0;
  if (count > 0) {
    world.coverage.met('entries were applied late');
    const from = Math.max(world.now, node.pausedUntil);
    node.pausedUntil = Math.min(from + count * node.applyCost, world.now + LONGEST_HOLD);
  }
  return Math.max(0, node.pausedUntil - world.now);
}
