import { hasCode } from '../base/errors.js';
import { isRejected } from './rejected-error.js';

/** What a result says about the health of the one called; `ignore` says nothing. */
export type Verdict = 'success' | 'failure' | 'ignore';

/** How results are judged. A judge must not throw; one that does makes the call fail. */
export interface JudgeOptions {
  /** Default: {@link judgeError}. */
  readonly judgeError?: (error: unknown) => Verdict;
  /** Default: every value is a success. */
  readonly judgeValue?: (value: unknown) => Verdict;
}

/** True for the error of one who gave up: neither success nor failure of the one called. */
export function isAbort(error: unknown): boolean {
  if (hasCode(error, 'ERR_CALL_ABORTED') || hasCode(error, 'ERR_ASK_ABORTED')) return true;
  return error instanceof Error && error.name === 'AbortError';
}

/** Every error is a failure, but for aborts and for refusals of other policies, where nothing was tried. */
export function judgeError(error: unknown): Verdict {
  return isAbort(error) || isRejected(error) ? 'ignore' : 'failure';
}
