import type { Test } from 'tap';
import type { ActorSystem, DeadLetterReason } from '../../runtime/index.js';
import { until } from './turns.js';

const CONSERVED_TURNS = 500_000;

/**
 * Waits until no message is under way, then checks the law of conservation: what was sent was handled or
 * became a dead letter, to the last message. Counters of threads at work are read a little blurred, so the
 * law has to hold at one moment, and still after that.
 */
export async function assertConserved(t: Test, system: ActorSystem): Promise<void> {
  const missing = (): number => {
    const { total, deadLetters, queued } = system.metrics();
    return Math.abs(total.sent - total.handled - deadLetters) + Math.abs(queued);
  };
  await until('no message is under way', () => missing() === 0, CONSERVED_TURNS).catch(() => {});
  const { total, deadLetters, queued } = system.metrics();
  t.equal(queued, 0, 'nothing is queued');
  t.equal(total.handled + deadLetters, total.sent, 'sent = handled + dead-lettered');
}

/** Dead letters of one reason, over all threads. */
export function deadLetters(system: ActorSystem, reason: DeadLetterReason): number {
  return system.metrics().total[`dead:${reason}`];
}
