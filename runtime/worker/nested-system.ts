import { TroupeError } from '../base/errors.js';

/** True on a thread that works for a system: for its actors, or for its jobs. */
let isOfSystem = false;

/** Says that this thread works for a system from now on. */
export function markThread(): void {
  isOfSystem = true;
}

/**
 * Refuses to start a system on a thread of another one. It happens when definition and program share a module without a
 * guard: each thread that imports the definition would start a system, whose threads do the same, without end.
 * @throws {TroupeError} ERR_THREAD_START
 */
export function assertNoThreadOfSystem(): void {
  if (!isOfSystem) return;
  throw new TroupeError('ERR_THREAD_START', {
    what: 'this thread works for a system and cannot start another one',
    where: 'ActorSystem.start',
    mend: 'threads import the modules of definitions: move the definition to a module of its own, or guard the start with `if (isMainThread)` from node:worker_threads',
  });
}
