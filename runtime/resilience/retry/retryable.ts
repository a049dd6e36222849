import { type ErrorCode, hasCode } from '../../base/errors.js';

/** Nothing was tried: another try does no harm. */
export const UNTRIED_CODES: readonly ErrorCode[] = [
  'ERR_BREAKER_OPEN',
  'ERR_BULKHEAD_FULL',
  'ERR_RATE_LIMITED',
  'ERR_MAILBOX_FULL',
  'ERR_ONCE_IN_FLIGHT',
  'ERR_REGISTRY_NO_INSTANCE',
];

/** It may have been done or not: another try is only for what may be done twice. */
export const UNKNOWN_CODES: readonly ErrorCode[] = [
  'ERR_CALL_TIMEOUT',
  'ERR_ASK_TIMEOUT',
  'ERR_THREAD_DIED',
  'ERR_ACTOR_FAILED',
];

/**
 * Whether another try may help and does no harm: a property `retryable` of the error decides; without it
 * {@link UNTRIED_CODES}, and {@link UNKNOWN_CODES} if the call is idempotent. Everything else is final.
 */
export function isRetryable(error: unknown, idempotent: boolean): boolean {
  const said = (error as { retryable?: unknown } | null | undefined)?.retryable;
  if (typeof said === 'boolean') return said;
  if (UNTRIED_CODES.some((code) => hasCode(error, code))) return true;
  return idempotent && UNKNOWN_CODES.some((code) => hasCode(error, code));
}
