import { TroupeError } from '../base/errors.js';

/** Nothing can be asked any more: there are no actors, and nobody to answer. */
export function systemStopped(systemName: string): TroupeError {
  return new TroupeError('ERR_STOPPED', { what: 'the system has stopped', where: systemName });
}

/** The system takes nothing new from outside any more. @param what was tried */
export function systemStopping(what: string, systemName: string): TroupeError {
  return new TroupeError('ERR_STOPPED', {
    what: `${what} after the system began to stop`,
    where: systemName,
    mend: 'start a new system',
  });
}
