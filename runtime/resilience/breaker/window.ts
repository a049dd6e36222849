import { ConsecutiveWindow } from './consecutive-window.js';
import { CountWindow } from './count-window.js';
import { TimeWindow } from './time-window.js';

/**
 * The results that a closed breaker judges by. It has no timer: what is too old is dropped when somebody looks. All
 * its memory is one typed array of fixed size.
 */
export interface ResultWindow {
  /** False where no method looks at `nowMs`. */
  readonly isTimed: boolean;
  /** Results in the window, at the last `record` or `look`. */
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  /** Counts one result. `nowMs` never goes back. */
  record(failed: boolean, slow: boolean, nowMs: number): void;
  /** Drops what is too old. */
  look(nowMs: number): void;
  clear(): void;
}

/** Which results count. */
export type WindowOptions =
  /** Failures in a row, 1 to 1000: opens after so many, whatever the rates. */
  | { readonly kind: 'consecutive'; readonly failures: number }
  /** The last `size` calls, 1 to 512. */
  | { readonly kind: 'count'; readonly size: number }
  /** The calls of the last `ms`, 1 to 2^30, in `buckets` steps, 1 to 60 (default 10). */
  | { readonly kind: 'time'; readonly ms: number; readonly buckets?: number };

/** @param options checked */
export function windowOf(options: WindowOptions): ResultWindow {
  if (options.kind === 'consecutive') return new ConsecutiveWindow();
  if (options.kind === 'count') return new CountWindow(options.size);
  return new TimeWindow(options.ms, options.buckets ?? 10);
}
