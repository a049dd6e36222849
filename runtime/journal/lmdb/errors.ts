import { statfsSync } from 'node:fs';
import { type ErrorCode, TroupeError } from '../../base/errors.js';

/** What LMDB or the system says, the code it is told by unless that of the caller, and what helps. The first that fits counts. */
const CAUSES: readonly (readonly [RegExp, ErrorCode | undefined, string])[] = [
  [
    /MDB_MAP_FULL|ENOSPC|No space left|EDQUOT|EFBIG|File too large/i,
    'ERR_JOURNAL_FULL',
    'make room on the disk; nothing of the transaction was written',
  ],
  [
    /MDB_CORRUPTED|MDB_PAGE_NOTFOUND|MDB_INVALID|MDB_VERSION_MISMATCH|MDB_PANIC/,
    'ERR_JOURNAL_DAMAGED',
    'restore the store from a copy',
  ],
  [
    /EACCES|EPERM|EROFS|Permission denied|Operation not permitted|Read-only file system/i,
    undefined,
    'let this user write to the folder and the files in it, or give another folder',
  ],
];

/** LMDB calls a write that was cut short an input/output error; with less room than this it was the disk. */
const SCARCE_BYTES = 2 ** 24;

function isDiskFull(text: string, path: string): boolean {
  if (!/Input\/output error|EIO/.test(text)) return false;
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize < SCARCE_BYTES;
  } catch {
    return false;
  }
}

/** An error of the store as one of the runtime's; one of the runtime's stays as it is. */
export function storeError(cause: unknown, where: string, otherwise: ErrorCode): TroupeError {
  if (cause instanceof TroupeError) return cause;
  const said = cause instanceof Error ? cause.message : String(cause);
  const text = isDiskFull(said, where) ? `${said} (ENOSPC: the disk is full)` : said;
  const known = CAUSES.find(([pattern]) => pattern.test(text));
  return new TroupeError(known?.[1] ?? otherwise, {
    what: `the store failed: ${text}`,
    where,
    mend: known?.[2] ?? 'see the cause',
    cause,
  });
}

/** A record, head or entry that is not what was written. @param what names it */
export function damagedError(where: string, what: string): TroupeError {
  return new TroupeError('ERR_JOURNAL_DAMAGED', {
    what: `${what} is damaged`,
    where,
    mend: 'restore the store from a copy; what is not named can still be read and written',
  });
}
