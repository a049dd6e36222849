import type { ActorCell } from '../../actor/actor-cell.js';
import type { Life } from './life.js';
import type { Node } from './node.js';

/** True when the cell is linked to that actor. */
export function isLinked(cell: ActorCell | undefined, to: Node['address']): boolean {
  for (const peer of cell?.extras?.watches?.links.values() ?? []) if (peer.equals(to)) return true;
  return false;
}

/** True unless that life has taken back its link to the actor of that number. */
export function isLinkedStill(life: Life, node: number): boolean {
  return !life.unlinked.has(node);
}
