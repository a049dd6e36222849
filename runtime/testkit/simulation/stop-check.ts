import type { StopReport } from '../../system/shutdown.js';
import { MAIN_THREAD } from '../../worker/thread-config.js';
import type { World } from './world.js';

/** After an ordered stop every phase has ended, no thread had to be killed, and no actor is left. */
export function checkStop(world: World, report: StopReport): void {
  // What is stashed is queued, so the drain may take all its time.
  const late = report.phases.filter(({ phase, completed }) => phase !== 'drain' && !completed);
  if (late.length > 0 || report.killedThreads.length > 0) {
    const phases = late.map(({ phase }) => phase).join(', ');
    const text = `the stop does not end: ${phases}; alive ${report.alive.join(', ')}; ${report.killedThreads}`;
    world.violate('stop', text);
  }
  for (const node of world.nodes) {
    // Children of a thread that died just before the stop are stopped beside the trees.
    if (node.address.thread !== MAIN_THREAD || world.deaths > 0) continue;
    const cell = world.mainThread!.cells.get(node.address);
    if (cell !== undefined) world.violate('stop', `actor ${node.number} has outlived the system`);
  }
}
