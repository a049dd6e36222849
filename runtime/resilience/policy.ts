import type { Clock } from '../base/clock.js';
import { Call, type CallOptions } from './call.js';

/** What is called inside of policies: any function; what it throws at once counts like a rejection. */
export type Operation<T> = (call: Call) => T | PromiseLike<T>;

/** Something that decides whether, when and how often an operation is called. */
export interface Policy {
  /** Calls the operation, as the outermost policy or, given the call it is in, inside of another. */
  run<T>(operation: Operation<T>, call?: CallOptions | Call): Promise<T>;
}

/**
 * Calls `execute` with the call that it is in, or with a new one that ends when it has settled.
 * @internal
 */
export async function within<T>(
  clock: Clock,
  given: CallOptions | Call | undefined,
  execute: (call: Call) => Promise<T>,
): Promise<T> {
  if (given instanceof Call) return execute(given);
  const call = Call.begin(clock, given);
  try {
    return await execute(call);
  } finally {
    call.end();
  }
}

/**
 * Calls the operation once. The promise rejects as soon as the call is given up, whether the operation heeds
 * its signal or not; `onLate` is told when it settles after that.
 * @internal
 */
export function attempt<T>(
  operation: Operation<T>,
  call: Call,
  onLate?: (() => void) | undefined,
): Promise<T> {
  if (call.isAborted) return Promise.reject(call.reason);
  return new Promise<T>((resolve, reject) => {
    const unlisten = call.onAbort(reject);
    const settled = (): void => {
      if (call.isAborted) onLate?.();
      else unlisten();
    };
    let pending: T | PromiseLike<T>;
    try {
      pending = operation(call);
    } catch (error) {
      settled();
      reject(error);
      return;
    }
    Promise.resolve(pending).then(
      (value) => {
        settled();
        resolve(value);
      },
      (error: unknown) => {
        settled();
        reject(error);
      },
    );
  });
}
