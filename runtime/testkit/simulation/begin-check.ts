import type { Life } from './life.js';
import type { Node } from './node.js';
import type { World } from './world.js';

/** The longest that orphans are waited for before they are killed, and what the killing takes. */
const ORPHANS_MS = 5000 + 500;

/** Holds the begin of an incarnation against what the actor's restart type and its former end allow. */
export function checkBegin(world: World, node: Node, before: Life | null, life: Life): void {
  const who = `actor ${node.number}`;
  world.ledger.unstashed(node.number);
  if (before !== null && before.overMs < 0) before.overMs = world.nowMs;
  if (node.missedMs >= 0) {
    world.violate('delivery', `a message for ${who} was given up, and it lives again`);
  }
  const { restart, plan } = node.spawn;
  if (restart === 'temporary' && life.incarnation > 0) {
    world.violate('restart-type', `temporary ${who} begins incarnation ${life.incarnation}`);
  }
  const isNormalEnd = before?.endType === 'normal' && !before.isThreadDead;
  if (restart === 'transient' && isNormalEnd && plan.stoppedMs === 0 && !plan.stoppedFails) {
    world.violate('restart-type', `transient ${who} begins again after a normal end`);
  }
  const waitedMs = node.gatedMs < 0 ? 0 : world.nowMs - node.gatedMs;
  node.gatedMs = -1;
  if (waitedMs > ORPHANS_MS) {
    world.violate(
      'recovery',
      `${who} waits ${waitedMs} ms for the children of its dead incarnation`,
    );
  }
}
