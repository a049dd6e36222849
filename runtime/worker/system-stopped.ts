import { TroupeError } from '../base/errors.js';

/** Nothing can be asked any more: there are no actors, and nobody to answer. */
export function systemStopped(systemName: string): TroupeError {
  return new TroupeError('ERR_STOPPED', { what: 'the system has stopped', where: systemName });
}
