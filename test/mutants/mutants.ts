import { ACTOR_MUTANTS } from './actor-mutants.js';
import { CHANNEL_MUTANTS } from './channel-mutants.js';
import type { Mutant } from './mutant.js';
import { RECOVERY_MUTANTS } from './recovery-mutants.js';
import { SUPERVISION_MUTANTS } from './supervision-mutants.js';

/**
 * All mutants. They are bugs that actor runtimes have had, each as a single fault: a wake-up that is lost,
 * a signal that a full ring drops, a timer that outlives its incarnation, a watcher that is left out.
 */
export const MUTANTS: readonly Mutant[] = [
  ...CHANNEL_MUTANTS,
  ...ACTOR_MUTANTS,
  ...SUPERVISION_MUTANTS,
  ...RECOVERY_MUTANTS,
];
