import { TroupeError } from '../base/errors.js';

/** Transactions that a store lets wait for their commit; more are refused. */
export const MAX_WAITING_COUNT = 100_000;

/** Says that too many wait already. `where` names the store. */
export function busyError(where: string): TroupeError {
  return new TroupeError('ERR_JOURNAL_BUSY', {
    what: `${MAX_WAITING_COUNT} transactions wait for their commit`,
    where,
    mend: 'wait for some of them, or put more into one transaction',
  });
}
