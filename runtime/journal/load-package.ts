import { TroupeError } from '../base/errors.js';

/**
 * Loads an optional package. Its name is no literal of an import, so that a bundler does not look for it.
 * @param names all that has to be installed
 * @throws {TroupeError} ERR_JOURNAL_PACKAGE saying what to install when it is missing or does not load
 */
export async function loadPackage<T>(name: string, names: string, where: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (cause) {
    throw new TroupeError('ERR_JOURNAL_PACKAGE', {
      what: `${where} could not load ${names}`,
      where,
      mend: `npm i ${names}`,
      cause,
    });
  }
}
