import { MAX_TIMER_MS } from '../base/clock.js';
import type { Call } from './call.js';
import { timeoutError } from './deadline.js';
import type { Environment } from './environment.js';
import { attempt, type Operation } from './policy.js';

/**
 * Calls the operation and gives the call up at its deadline: the promise rejects then, and the signal of the call is
 * aborted. Leaves no timer behind.
 * @internal
 */
export async function untilDeadline<T>(
  { loop }: Environment,
  operation: Operation<T>,
  call: Call,
  where: string,
  onLate?: () => void,
): Promise<T> {
  const leftMs = call.remainingMs;
  if (leftMs === Number.POSITIVE_INFINITY) return attempt(operation, call, onLate);
  if (leftMs === 0) throw timeoutError(0, where);
  const giveUp = (): void => call.abort(timeoutError(leftMs, where));
  let timer: unknown;
  // One timer cannot last longer than 24 days: then it is armed again for the rest.
  const arm = (restMs: number): void => {
    const isLast = restMs <= MAX_TIMER_MS;
    timer = loop.after(
      Math.min(MAX_TIMER_MS, restMs),
      isLast ? giveUp : () => arm(restMs - MAX_TIMER_MS),
    );
  };
  arm(leftMs);
  try {
    return await attempt(operation, call, onLate);
  } finally {
    loop.clear(timer);
  }
}
