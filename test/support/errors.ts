import type { Test } from 'tap';
import { type ErrorCode, hasCode, TroupeError } from '../../runtime/index.js';

/** The error that a promise rejects with. @throws {Error} when it resolves */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('resolved, but should have been rejected');
}

/** The error that a call throws. @throws {Error} when it returns */
export function thrown(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('returned, but should have thrown');
}

/** Checks an error of the runtime: its class, its code, and that its text says all of these. */
export function assertTroupeError(
  t: Test,
  error: unknown,
  code: ErrorCode,
  ...says: readonly (RegExp | string)[]
): void {
  t.ok(error instanceof TroupeError, `a TroupeError, got ${String(error)}`);
  t.ok(hasCode(error, code), `${code}, got ${String(error)}`);
  for (const text of says) t.match((error as Error).message, text);
}
