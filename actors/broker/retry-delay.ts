import type { ResolvedGroup } from './options.js';

/**
 * Milliseconds until a message is tried again: exponential, capped, and with full jitter any share of that,
 * so that what failed together does not come back together (Brooker, "Exponential Backoff And Jitter", 2015).
 * @param failures at least 1
 * @param chance in `[0, 1)`
 */
export function retryDelayMs(
  retry: ResolvedGroup['retry'],
  failures: number,
  chance: number,
): number {
  // The power is capped before it can overflow to Infinity, and Infinity * 0 would be NaN.
  const power = Math.min(retry.factor ** Math.min(failures - 1, 64), Number.MAX_SAFE_INTEGER);
  const delayMs = Math.min(retry.minMs * power, retry.maxMs);
  return retry.jitter === 'full' ? delayMs * chance : delayMs;
}
