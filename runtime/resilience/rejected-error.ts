import { type ErrorText, hasCode, TroupeError } from '../base/errors.js';

/** The codes of calls that a policy refused: nothing was tried, so trying again is safe. */
export const REJECTION_CODES = [
  'ERR_BREAKER_OPEN',
  'ERR_BULKHEAD_FULL',
  'ERR_RATE_LIMITED',
] as const;

/** One of {@link REJECTION_CODES}. */
export type RejectionCode = (typeof REJECTION_CODES)[number];

/** The error of a call that a policy refused before anything was tried. */
export class RejectedError extends TroupeError {
  /** When it may be worth another try; undefined when that is not known. Survives the way to another thread. */
  readonly retryAfterMs: number | undefined;

  constructor(code: RejectionCode, text: ErrorText, retryAfterMs?: number) {
    super(code, text);
    this.retryAfterMs = retryAfterMs;
  }
}

/** True for a call that a policy refused, from whichever thread. */
export function isRejected(error: unknown): error is RejectedError {
  return REJECTION_CODES.some((code) => hasCode(error, code));
}

/** `retryAfterMs` of an error, if it has one that is a number of milliseconds. */
export function retryAfterOf(error: unknown): number | undefined {
  const value = (error as { retryAfterMs?: unknown } | null | undefined)?.retryAfterMs;
  return typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY
    ? value
    : undefined;
}
