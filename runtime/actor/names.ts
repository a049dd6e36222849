import { TroupeError } from '../base/errors.js';

const NAME = /^[A-Za-z0-9_.~:@+-]{1,255}$/;

/**
 * Checks the name of an actor. Names make paths, so `/` is excluded, and `$` marks unnamed actors.
 * @throws {TroupeError} ERR_NAME
 */
export function checkName(name: unknown): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw new TroupeError('ERR_NAME', {
    what: `${typeof name === 'string' ? `'${name}'` : typeof name} is no name for an actor`,
    mend: 'use 1 to 255 letters, digits and -_.~:@+',
  });
}
