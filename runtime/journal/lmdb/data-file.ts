import { closeSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { damagedError } from './errors.js';

/** The file that LMDB keeps its pages in, in the folder of the store. */
export const DATA_FILE = 'data.mdb';

/**
 * What is read of LMDB's two meta pages (`MDB_meta` in its `mdb.c`), on 64-bit machines after a page header of
 * 24 bytes. Little-endian, as the machine.
 */
const Meta = { MAGIC: 24, PAGE_SIZE: 48, LAST_PAGE: 144, TRANSACTION: 152, END: 160 } as const;
const LMDB_MAGIC = 0xbeefc0de;
/** Where the magic lies with page headers of other machines, of which nothing more is read. */
const OTHER_MAGICS = [12, 16, 20] as const;

/**
 * Looks at the file before LMDB maps it: what is none of its files, or lacks its end, would end the process. A file
 * whose end is missing is filled up with zeros, which are pages of no kind. LMDB leaves free pages at the end
 * unwritten too, so all of the store must be looked at before it is said to be damaged.
 * @returns the size that the file had when its end was missing, undefined otherwise
 * @throws {TroupeError} ERR_JOURNAL_DAMAGED for a file that is none of LMDB's
 */
export function prepareDataFile(path: string): number | undefined {
  const file = join(path, DATA_FILE);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return undefined;
  const first = readMeta(file, 0);
  if (!first.isMeta) throw damagedError(path, `the first page of ${DATA_FILE}`);
  if (first.pageSize === 0) return undefined;
  const second = readMeta(file, first.pageSize);
  const { lastPage } = second.isMeta && second.transaction > first.transaction ? second : first;
  const needed = (lastPage + 1) * first.pageSize;
  if (size >= needed) return undefined;
  truncateSync(file, needed);
  return size;
}

/** Takes back what {@link prepareDataFile} did, so that the next who opens the file finds it as it was. */
export function restoreDataFile(path: string, size: number): void {
  truncateSync(join(path, DATA_FILE), size);
}

interface MetaPage {
  readonly isMeta: boolean;
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: number;
}

function readMeta(file: string, offset: number): MetaPage {
  const page = Buffer.alloc(Meta.END);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, page, 0, page.length, offset);
  } finally {
    closeSync(descriptor);
  }
  if (page.readUInt32LE(Meta.MAGIC) !== LMDB_MAGIC) {
    const isMeta = OTHER_MAGICS.some((at) => page.readUInt32LE(at) === LMDB_MAGIC);
    return { isMeta, pageSize: 0, lastPage: 0, transaction: 0 };
  }
  return {
    isMeta: true,
    pageSize: page.readUInt32LE(Meta.PAGE_SIZE),
    lastPage: Number(page.readBigUInt64LE(Meta.LAST_PAGE)),
    transaction: Number(page.readBigUInt64LE(Meta.TRANSACTION)),
  };
}
