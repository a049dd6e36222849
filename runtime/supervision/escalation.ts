import { type ExitReason, exitError } from '../actor/exit-reason.js';
import { TroupeError } from '../base/errors.js';
import type { Child } from './child-list.js';
import type { SupervisorPolicy } from './strategy.js';

/** The failure of a supervisor whose declared child did not start: ERR_START_FAILED. */
export function startFailure(child: Child, reason: ExitReason): TroupeError {
  return new TroupeError('ERR_START_FAILED', {
    what: `declared child ${child.id} did not start (${reason.type})`,
    cause: exitError(reason),
  });
}

/** The failure of a supervisor that would restart once too often: ERR_RESTART_INTENSITY. */
export function intensityExceeded(
  { intensity, periodMs }: SupervisorPolicy,
  failed: readonly Child[],
  reason: ExitReason,
): TroupeError {
  const allowed = `${intensity} within ${periodMs} ms`;
  const last = `child${failed.length > 1 ? 'ren' : ''} ${failed.map(({ id }) => id).join(', ')}`;
  return new TroupeError('ERR_RESTART_INTENSITY', {
    what: `restart ${intensity + 1} was due, allowed are ${allowed}; the last failure was of ${last} (${reason.type})`,
    mend: 'mend what fails, or give a greater intensity or a backoff',
    cause: exitError(reason),
  });
}
