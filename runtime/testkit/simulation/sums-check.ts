import { MemberState, StatusWord } from '../../memory/control-block-descriptor.js';
import { readMetrics } from '../../system/metrics.js';
import { runningThreads } from './rest-check.js';
import type { World } from './world.js';

/**
 * The law of conservation, by the counters: what was sent was handled, became a dead letter or is on its
 * way; with threads dead, up to `lostAtMost` messages are missing.
 */
export function checkSums(world: World): void {
  const control = world.mainThread!.control;
  // Between a death and its discovery the counters of the dead thread stand as it left them.
  for (let member = 1; member < control.members; member++) {
    const isRunning = control.status(member, StatusWord.STATE) === MemberState.RUNNING;
    if (isRunning && world.machine.host?.threadOf(member) === undefined) return;
  }
  const { total, deadLetters, queued } = readMetrics(control);
  const missing = total.sent - total.handled - deadLetters - queued;
  if (missing === 0 || (missing > 0 && missing <= total.lostAtMost)) return;
  const sums = `${total.sent} sent, ${total.handled} handled, ${deadLetters} dead, ${queued} queued`;
  world.violate('sums', `${sums}: ${missing} missing, at most ${total.lostAtMost} may be`);
}

/** At rest nothing is on its way but what actors have put aside. */
export function checkSumsAtRest(world: World): void {
  checkSums(world);
  const { queued } = readMetrics(world.mainThread!.control);
  let aside = 0;
  for (const actors of runningThreads(world)) {
    for (const cell of actors.cells) {
      aside += cell.queuedCount + cell.waitingCount + (cell.extras?.stash?.length ?? 0);
    }
  }
  if (isNear(world, queued, aside)) return;
  world.violate('sums', `${queued} messages are said to be queued, ${aside} are`);
}

/**
 * A thread that dies while it reads has counted messages that its successor reads again, so that the number
 * of those queued is exact only while none has died.
 */
function isNear(world: World, queued: number, counted: number): boolean {
  return queued === counted || world.hasGivenBack || world.deaths > 0;
}

/** After the end nothing is queued. */
export function checkSumsAtEnd(world: World): void {
  checkSums(world);
  const { queued } = readMetrics(world.mainThread!.control);
  if (!isNear(world, queued, 0))
    world.violate('sums', `${queued} messages are queued after the end`);
}
