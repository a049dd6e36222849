import type { MailboxSettings } from '../mailbox/mailbox-options.js';
import type { ActorKind, ActorMailboxOptions } from './actor-kind.js';
import type { CellHost } from './cell-host.js';
import type { RestartType } from './restart-type.js';

/**
 * What a cell is made from, but for the arguments; kept, because every incarnation is made from it again. One
 * frozen object serves all actors of a thread that were spawned alike.
 */
export interface CellRecipe {
  /** The thread that makes it. */
  readonly host: CellHost;
  /** Null as long as the code is not loaded. */
  readonly kind: ActorKind | null;
  readonly definition: { readonly module: string; readonly name: string };
  readonly restart: RestartType;
  readonly mailbox: ActorMailboxOptions;
  /** Word of shared memory that counts what this actor has taken in hand, for routers; 0 for none. */
  readonly gauge: number;
  /** What the spawner said about the mailbox. */
  readonly override: Omit<MailboxSettings, 'priority'> | undefined;
}
