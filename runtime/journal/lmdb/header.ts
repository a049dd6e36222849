import { TroupeError } from '../../base/errors.js';
import { type Database, notOpened } from './database.js';
import {
  asBuffer,
  CONTENT,
  FORMAT,
  headerValue,
  isSound,
  Kind,
  MAGIC,
  singleKey,
} from './descriptor.js';
import { damagedError } from './errors.js';

/**
 * Checks that a store is one of these, and of a format that can be read.
 * @returns false when it is empty
 * @throws {TroupeError} ERR_JOURNAL_OPEN, ERR_JOURNAL_VERSION, ERR_JOURNAL_DAMAGED
 */
export function checkHeader(database: Database, path: string): boolean {
  const key = singleKey(Kind.HEADER);
  const value = database.get(key);
  if (value === undefined) {
    for (const _ of database.getKeys({
      start: Buffer.of(0),
      end: Buffer.alloc(64, 255),
      limit: 1,
    })) {
      throw notOpened(path, 'the folder holds another LMDB database', 'give a folder of its own');
    }
    return false;
  }
  const header = asBuffer(value);
  if (!isSound(key, header) || header.readUInt32BE(CONTENT) !== MAGIC) {
    throw damagedError(path, 'the header of the store');
  }
  const format = header.readUInt16BE(CONTENT + 4);
  if (format <= FORMAT) return true;
  throw new TroupeError('ERR_JOURNAL_VERSION', {
    what: `the store has format ${format}, the newest known here is ${FORMAT}`,
    where: path,
    mend: 'use the version of the package that wrote it, or a newer one',
  });
}

/** Makes an empty store one of these. */
export function writeHeader(database: Database): void {
  const key = singleKey(Kind.HEADER);
  database.put(key, headerValue(key));
}
