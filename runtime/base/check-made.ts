import { TroupeError } from './errors.js';

/**
 * For constructors that only the runtime calls: says what makes such an object instead.
 * @param isMade whether it was called as the runtime does
 * @param name the class
 * @throws {TroupeError} ERR_CONSTRUCTOR
 */
export function checkMade(isMade: boolean, name: string, mend: string): void {
  if (isMade) return;
  throw new TroupeError('ERR_CONSTRUCTOR', {
    what: 'an object of this class is not made with new',
    where: name,
    mend: `use ${mend}`,
  });
}
