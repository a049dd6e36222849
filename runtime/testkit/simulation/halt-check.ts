import { CellStatus } from '../../actor/lifecycle.js';
import type { FamilyRecord } from './family-record.js';
import type { Node } from './node.js';
import type { Report } from './violation.js';
import type { World } from './world.js';

/** A group is halted from its end: no later child may still run without an order when one is told to. */
export function checkHaltOrder(
  world: World,
  node: Node,
  family: FamilyRecord,
  report: Report,
): void {
  // Before its first incarnation its place in the order is not known here.
  if (node.life === null) return;
  for (const number of node.parent!.children) {
    const other = world.nodes[number]!;
    const { life } = other;
    if (other.childId <= node.childId || life === null || life.isOver || !other.hasStarted)
      continue;
    const isOfRound = life.beganStep < family.failedStep && life.orderedMs < 0;
    if (!isOfRound || world.cellAt(other.address)?.status !== CellStatus.RUNNING) continue;
    const text = `actor ${node.parent!.node} halts child ${node.number} before the later ${number}`;
    report('halt-order', text);
  }
}
