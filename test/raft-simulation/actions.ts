import { epochOf, isJoint } from '../../actors/raft/configuration.js';
import { NOOP_PROPOSAL } from '../../actors/raft/entry.js';
import { Dice } from './dice.js';
import { harm, isFault } from './faults.js';
import { type Action, ELECTION_TICKS, TICK } from './program.js';
import type { SimNode } from './sim-node.js';
import type { World } from './world.js';

const ELECTION = ELECTION_TICKS * TICK;

/** Does one deed, as the world stands now. */
export function perform(world: World, { kind, choice }: Action): void {
  const dice = new Dice(choice);
  if (isFault(kind)) {
    harm(world, kind, dice);
    return;
  }
  const nodes = [...world.nodes.values()];
  const running = nodes.filter(({ replica }) => replica !== undefined);
  switch (kind) {
    case 'crash': {
      const leader = running.find(({ replica }) => replica!.raft.role === 'leader');
      const target = dice.chance(0.4)
        ? leader
        : running.length > 0
          ? dice.pick(running)
          : undefined;
      if (target !== undefined) world.crash(target);
      return;
    }
    case 'restart':
      for (const node of nodes)
        if (node.replica === undefined && dice.chance(0.7)) world.start(node);
      return;
    case 'wipe':
      wipe(world, dice.pick(nodes));
      return;
    case 'pause':
      dice.pick(nodes).pausedUntil = world.now + dice.between(0, 3 * ELECTION);
      return;
    case 'heal':
      world.network.heal();
      return;
    case 'slow-disk':
      dice.pick(nodes).diskDelay = dice.pick([0, 10, ELECTION, 3 * ELECTION]);
      return;
    case 'clock': {
      // Clocks run between 1 and 1/drift times as fast, and not always the same.
      const leader = running.find(({ replica }) => replica!.raft.role === 'leader');
      const node = leader !== undefined && dice.chance(0.5) ? leader : dice.pick(nodes);
      node.tickInterval = TICK * dice.between(1, world.program.settings.drift + 1e-9);
      return;
    }
    case 'burst':
      // Whoever thinks that it leads gets more to say, also when nobody hears it.
      for (const node of running) {
        const { raft } = node.replica!;
        if (raft.role !== 'leader') continue;
        for (let i = dice.below(12); i >= 0; i--) raft.propose(NOOP_PROPOSAL);
        world.pump(node);
      }
      return;
    case 'snapshot': {
      const node = dice.pick(nodes);
      const saved = node.replica?.takeSnapshot() ?? null;
      if (saved !== null) world.save(node, saved);
      return;
    }
    case 'transfer':
    case 'change':
    case 'swap':
      reign(world, kind, dice);
      return;
    default:
      partition(world, kind, dice);
      return;
  }
}

function partition(world: World, kind: Action['kind'], dice: Dice): void {
  const { network } = world;
  const ids = [...world.nodes.keys()];
  const both = (one: number, other: number): void => {
    network.cut(one, other);
    network.cut(other, one);
  };
  const leader = [...world.nodes.values()].find(({ replica }) => replica?.raft.role === 'leader');
  const chosen = leader !== undefined && dice.chance(0.5) ? leader.id : dice.pick(ids);
  const others = ids.filter((id) => id !== chosen);
  switch (kind) {
    case 'halves': {
      const half = new Set(dice.some(ids, 0.5));
      for (const one of half) for (const other of ids) if (!half.has(other)) both(one, other);
      return;
    }
    case 'isolate':
      for (const other of others) both(chosen, other);
      return;
    case 'deafen':
      for (const other of others) network.cut(other, chosen);
      return;
    case 'lag':
      // What it hears is old: answers to questions that it asked before it was replaced.
      network.lag(chosen, dice.next() * ELECTION);
      return;
    case 'mute':
      for (const other of others) network.cut(chosen, other);
      return;
    case 'ring':
      for (const [i, one] of ids.entries()) {
        for (const [j, other] of ids.entries()) {
          const distance = Math.abs(i - j);
          if (distance > 1 && distance < ids.length - 1) both(one, other);
        }
      }
      return;
    case 'bridge': {
      const half = new Set(others.slice(0, others.length >>> 1));
      for (const one of half) for (const other of others) if (!half.has(other)) both(one, other);
      return;
    }
    default:
  }
}

/**
 * Everything on a disk is lost: never of two nodes at a time, and never while the members change or
 * where the others are no majority, because then the group may be gone for ever.
 */
function wipe(world: World, node: SimNode): void {
  const { configuration } = world.ledger;
  if (configuration.voters.length < 3 || isJoint(configuration)) return;
  for (const { isLost, replica } of world.nodes.values()) {
    if (isLost || replica === undefined) return;
    const { voters, outgoing, epochs } = replica.raft.configuration;
    if (outgoing.length > 0) return;
    if (epochs.length > 0 && voters.join() !== configuration.voters.join()) return;
  }
  if (node.disk.last === 0) return;
  world.crash(node);
  node.ghost = Object.assign(Object.create(Object.getPrototypeOf(node.disk)), node.disk);
  node.disk.wipe();
  node.isLost = true;
  node.wipeCount++;
  node.isFounder = false;
  node.lostEpoch = Math.max(
    ...[...world.nodes.values()].map(({ replica }) =>
      replica === undefined ? 0 : epochOf(replica.raft.configuration, node.id),
    ),
    ...[...world.nodes.values()].map(({ disk }) => disk.last),
  );
}

/** What an operator asks of whoever leads. `swap`: brings a node back that has lost its disk. */
function reign(world: World, kind: 'transfer' | 'change' | 'swap', dice: Dice): void {
  for (const node of world.nodes.values()) {
    const raft = node.replica?.raft;
    if (raft?.role !== 'leader') continue;
    const { voters, learners } = raft.configuration;
    if (kind === 'transfer') {
      raft.transferLeadership(dice.pick(voters));
      // A leader that hears nothing more does not know whether its successor has begun.
      if (dice.chance(0.3)) {
        for (const from of world.nodes.keys()) world.network.cut(from, node.id);
      }
    } else if (kind === 'change') {
      if ([...world.nodes.values()].some(({ isLost }) => isLost)) return;
      const ids = [...world.nodes.keys()];
      const next = dice.some(ids, 0.6);
      const rest = ids.filter((id) => !next.includes(id) && dice.chance(0.3));
      if (raft.changeMembership({ voters: next, learners: rest }) === 'accepted') {
        for (const id of [...next, ...rest]) {
          // Who has a log was a member before.
          const isKnown = world.nodes.get(id)!.disk.last > 0;
          if (isKnown && !voters.includes(id) && !learners.includes(id)) {
            world.coverage.met('a member was removed and added again');
          }
        }
      }
    } else bringBack(world, node);
    world.pump(node);
  }
}

function bringBack(world: World, leader: SimNode): void {
  const raft = leader.replica!.raft;
  const { configuration } = raft;
  for (const lost of world.nodes.values()) {
    if (!lost.isLost) continue;
    const { id, lostEpoch } = lost;
    const epoch = epochOf(configuration, id);
    const voters = configuration.voters.filter((each) => each !== id);
    if (epoch > lostEpoch) {
      lost.replica?.raft.rejoin(epoch);
      if (lost.replica !== undefined) world.pump(lost);
    } else if (epoch >= 0) {
      if (voters.length > 0) {
        const learners = configuration.learners.filter((each) => each !== id);
        raft.changeMembership({ voters, learners });
      }
    } else if (raft.lastIndex > lostEpoch) {
      raft.changeMembership({ voters: [...voters, id], learners: configuration.learners });
    }
  }
}
