import type { ExpectedVersion, Transaction } from '../../runtime/index.js';
import type { ExecuteResult } from './execute-result.js';

/** Where the state of an aggregate stands. */
export interface AggregateState<S = unknown> {
  readonly state: S;
  /** 0 for an aggregate without events. */
  readonly version: number;
}

/**
 * What the core of an aggregate wants done.
 * @typeParam R whom an answer goes to; the core only hands it on
 */
export type AggregateEffect<R> =
  /** Read head and snapshot: `loaded`. */
  | { readonly type: 'load' }
  /** Read a page of the stream from a version on: `page`. */
  | { readonly type: 'read'; readonly from: number }
  /** Read what is recorded under these keys: `found`, in the same order; and, if asked, the ends of their order. */
  | { readonly type: 'look-up'; readonly keys: readonly string[]; readonly withOrder: boolean }
  /** Write: `committed` or `refused`; `failed` when that cannot be known. */
  | { readonly type: 'commit'; readonly transaction: Transaction }
  | { readonly type: 'answer'; readonly to: R; readonly result: ExecuteResult<never, unknown> }
  | { readonly type: 'answer-query'; readonly to: R; readonly result: AggregateState }
  /** Read the events after a version, and answer with them. */
  | {
      readonly type: 'answer-conflict';
      readonly to: R;
      readonly expected: ExpectedVersion;
      readonly after: number;
      readonly actual: number;
    }
  | { readonly type: 'fail'; readonly to: R; readonly error: unknown }
  /** This incarnation is over; nothing is waiting in it. */
  | { readonly type: 'ended' };

/** Nothing to be done. */
export const NO_EFFECTS: readonly never[] = [];
