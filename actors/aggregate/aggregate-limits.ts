import type { Durability } from '../../runtime/index.js';

/** What an aggregate may use and hold. */
export interface AggregateLimits {
  /** Commands that may wait; more are answered with `full`. */
  readonly queueCount: number;
  /** Commands that one transaction may hold. */
  readonly batchCount: number;
  /** What a transaction is when it is said to be done. */
  readonly durability: Durability;
}
