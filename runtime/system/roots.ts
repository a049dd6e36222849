import type { ActorCell } from '../actor/actor-cell.js';
import type { SupervisionOptions } from '../actor/spawn-options.js';
import type { Spawner } from '../worker/spawner.js';
import { guardianDefinition } from './guardian.js';
import { Offload, type OffloadPool } from './offload-pool.js';
import { type Terminations, TerminationWatcher } from './terminations.js';

/** The actors without a parent. */
export interface Roots {
  /** Of all actors of the user. */
  readonly guardian: ActorCell;
  readonly watcher: ActorCell;
}

/**
 * Makes the roots on the main thread. Their order is part of the layout: the offload actor is found by its
 * address, see `worker/offload.ts`.
 */
export function makeRoots(
  spawner: Spawner,
  { supervision }: { readonly supervision: SupervisionOptions },
  offload: OffloadPool,
  terminations: Terminations,
): Roots {
  const definition = guardianDefinition(supervision);
  const guardian = spawner.makeGuardian(definition, '/user', undefined);
  spawner.makeGuardian(Offload, '/system/offload', offload);
  const watcher = spawner.makeGuardian(TerminationWatcher, '/system/watcher', terminations);
  return { guardian, watcher };
}
