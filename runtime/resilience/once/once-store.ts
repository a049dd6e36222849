import type { Clock } from '../../base/clock.js';

/** What is known of one idempotency key. Plain data. Never changed, only replaced. */
export interface OnceRecord {
  readonly status: 'running' | 'done' | 'failed';
  /** What the request was, so that the key is not used for another one. */
  readonly fingerprint: string;
  /** Who runs it: told apart from one that took over later. */
  readonly owner: string;
  /** Running: when another may take over. Otherwise: until when it is kept. On the clock of the store. */
  readonly untilMs: number;
  /** Value, or error of a failure that is kept. */
  readonly result: unknown;
}

/** Where idempotency records are kept. */
export interface OnceStore {
  /**
   * The clock of `untilMs`: for records that outlive the process the wall clock, which all who see them share.
   */
  readonly clock: Clock;
  get(key: string): Promise<OnceRecord | undefined>;
  /**
   * Replaces what is there, if that is `expected` (undefined: nothing), by `next` (undefined: nothing). One step,
   * also towards others who share the store. @returns whether it did
   */
  replace(
    key: string,
    expected: OnceRecord | undefined,
    next: OnceRecord | undefined,
  ): Promise<boolean>;
}
