import { TroupeError } from '../base/errors.js';

/**
 * Loads an optional package.
 * @throws {TroupeError} ERR_JOURNAL_PACKAGE saying what to install when it is missing or does not load
 */
export async function loadPackage<T>(
  names: string,
  load: () => Promise<T>,
  where: string,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new TroupeError('ERR_JOURNAL_PACKAGE', {
      what: `${where} could not load ${names}`,
      where,
      mend: `npm i ${names}`,
      cause,
    });
  }
}
