import { existsSync, statSync } from 'node:fs';
import { TroupeError } from '../../base/errors.js';
import { loadPackage } from '../load-package.js';
import { DATA_FILE, prepareDataFile, restoreDataFile } from './data-file.js';
import { damagedError, storeError } from './errors.js';

/** Where a range of keys begins and ends; `start` is inclusive, `end` is not. */
export interface KeyRange {
  readonly start: Uint8Array;
  readonly end: Uint8Array;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/**
 * What is used of an LMDB database with binary keys and values. Within the callback of `transactionSync` reads and writes are
 * of that transaction; it waits for the disk. Within that of `ifNoExists` writes are queued for another thread,
 * which does them all in one transaction, and only if there is no such key then; reads are of what was committed before.
 */
export interface Database {
  get(key: Uint8Array): Uint8Array | undefined;
  put(key: Uint8Array, value: Uint8Array): unknown;
  remove(key: Uint8Array): unknown;
  getRange(range: KeyRange): Iterable<{ readonly key: Uint8Array; readonly value: Uint8Array }>;
  getKeys(range: KeyRange): Iterable<Uint8Array>;
  /** Resolves when it is committed and flushed: with false when the key was there. */
  ifNoExists(key: Uint8Array, queueWrites: () => void): Promise<boolean>;
  transactionSync<T>(work: () => T, flags: number): T;
  /** Lets reads see what was committed since the last one. */
  resetReadTxn(): void;
  getStats(): { readonly entryCount: number };
  close(): Promise<void>;
}

/**
 * Opens the database in a folder; makes both when `create`. All threads of a process share one environment, so
 * readers open it as writers do, and do not write.
 * @throws {TroupeError} ERR_JOURNAL_PACKAGE, ERR_JOURNAL_OPEN, ERR_JOURNAL_DAMAGED
 */
export async function openDatabase(path: string, create: boolean): Promise<Database> {
  const lmdb = await loadPackage<typeof import('lmdb')>('lmdb', 'lmdb msgpackr', 'troupe/lmdb');
  checkFolder(path, create);
  const size = prepareDataFile(path);
  let database: Database | undefined;
  try {
    database = lmdb.open({
      path,
      noSubdir: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      maxReaders: 512,
      // What belongs together is told by the one batch of a group; a turn's own would be rejected with nobody to hear it.
      eventTurnBatching: false,
      // A commit resolves when it is flushed, and its failure is told; and one event less for each commit.
      overlappingSync: false,
    }) as unknown as Database;
    if (size !== undefined) lookAtAll(database, path);
    return database;
  } catch (cause) {
    await database?.close();
    if (size !== undefined) restoreDataFile(path, size);
    throw storeError(cause, path, 'ERR_JOURNAL_OPEN');
  }
}

/**
 * Reads every page of keys once.
 * @throws {Error} what LMDB says of a page that is none, ERR_JOURNAL_DAMAGED when keys are missing
 */
function lookAtAll(database: Database, path: string): void {
  let count = 0;
  for (const _ of database.getKeys({ start: Buffer.of(0), end: Buffer.alloc(64, 255) })) count++;
  if (count !== database.getStats().entryCount) throw damagedError(path, `the end of ${DATA_FILE}`);
}

function checkFolder(path: string, create: boolean): void {
  if (!existsSync(path)) {
    if (create) return;
    throw notOpened(path, 'there is no store', 'open it for writing first');
  }
  if (!statSync(path).isDirectory()) {
    throw notOpened(path, 'the path is not a folder', 'give the path of a folder, or of none yet');
  }
}

/** A store that cannot be opened. */
export function notOpened(where: string, what: string, mend: string): TroupeError {
  return new TroupeError('ERR_JOURNAL_OPEN', { what, where, mend });
}
