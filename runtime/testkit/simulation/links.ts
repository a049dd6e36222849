import type { ActorCell } from '../../actor/actor-cell.js';
import type { Expectation } from './family-record.js';
import type { Life } from './life.js';
import type { Node } from './node.js';
import type { World } from './world.js';

/** True when the cell is linked to that actor. */
export function isLinked(cell: ActorCell | undefined, to: Node['address']): boolean {
  for (const { peer } of cell?.extras?.watches?.links.values() ?? []) {
    if (peer.equals(to)) return true;
  }
  return false;
}

/** True unless that life has taken back its link to the actor of that number. */
export function isLinkedStill(life: Life, node: number): boolean {
  return !life.unlinked.has(node);
}

/** A thread has died: who is linked to an actor there must fall with it. */
export function cutLinks(world: World, member: number): Expectation[] {
  const expectations: Expectation[] = [];
  for (const { life, address, number } of world.nodes) {
    if (life === null || life.isOver) continue;
    for (const { peer } of world.cellAt(address)?.extras?.watches?.links.values() ?? []) {
      const lost = world.nodeAt(peer)?.life ?? null;
      // What a peer has taken back may be on its way still.
      if (peer.thread !== member || lost === null || lost.isStopped) continue;
      if (!isLinkedStill(lost, number) || !lost.isThreadDead) continue;
      world.met('a link breaks with a thread');
      expectations.push({
        text: `actor ${number} goes on although the thread of ${lost.node}, linked to it, has died`,
        isMet: () => life.isOver || !isLinkedStill(life, lost.node),
      });
    }
  }
  return expectations;
}
