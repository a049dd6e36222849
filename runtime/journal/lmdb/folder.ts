import { resolve } from 'node:path';
import { optionError } from '../../base/check-option.js';

/** The whole path of a store's folder. @throws {TroupeError} ERR_OPTION when it is no text */
export function folderOf(where: string, path: unknown): string {
  if (typeof path === 'string' && path !== '') return resolve(path);
  throw optionError(`${where} path`, path, 'the path of a folder');
}
