import type { EventLoop } from '../base/event-loop.js';
import type { Call } from './call.js';

/**
 * Resolves after `delayMs`, at most 2^31 - 1; rejects at once when the call is given up. Leaves no timer behind.
 * @internal
 */
export function delay(
  loop: Pick<EventLoop, 'after' | 'clear'>,
  delayMs: number,
  call: Call,
): Promise<void> {
  if (call.isAborted) return Promise.reject(call.reason);
  return new Promise((resolve, reject) => {
    const timer = loop.after(delayMs, () => {
      unlisten();
      resolve();
    });
    const unlisten = call.onAbort((reason) => {
      loop.clear(timer);
      reject(reason);
    });
  });
}
