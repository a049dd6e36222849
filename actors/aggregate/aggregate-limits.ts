import type { Durability } from '../../runtime/index.js';
import type { CommandWindow } from './command-window.js';

/** What an aggregate may use and hold. */
export interface AggregateLimits {
  /** Commands that may wait; more are answered with `full`. */
  readonly queueCount: number;
  /** Commands that one transaction may hold. */
  readonly batchCount: number;
  /** What a transaction is when it is said to be done. */
  readonly durability: Durability;
  /** How long commands with an id are remembered; null for ever. */
  readonly window: CommandWindow | null;
}
