import { checkNames, type OptionNames } from '../base/check-option.js';
import { TroupeError } from '../base/errors.js';
import type { ReadRange, ScanRange, StreamHead } from './journal.js';

/** Records or entries of a page unless told otherwise. */
export const DEFAULT_PAGE_COUNT = 1000;

/** What a range of records can say. */
export const READ_RANGE: OptionNames<ReadRange> = { from: true, limit: true, backward: true };

/** What a range of entries can say. */
export const SCAN_RANGE: OptionNames<ScanRange> = { ...READ_RANGE, to: true };

/** Versions from `low` to `high`, both inclusive; nothing when `low > high`. */
export interface VersionSpan {
  readonly low: number;
  readonly high: number;
}

/**
 * Checks the limit of a page.
 * @throws {TroupeError} ERR_OPTION when it is no integer from 1
 */
export function pageLimit(where: string, limit = DEFAULT_PAGE_COUNT): number {
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new TroupeError('ERR_OPTION', {
    what: `limit is ${String(limit)}`,
    where,
    mend: 'use an integer from 1, or leave it out',
  });
}

/**
 * The versions of one page of a stream, those that are kept only.
 * @throws {TroupeError} ERR_OPTION for a limit or version outside its range
 */
export function versionSpan(head: StreamHead, range: ReadRange): VersionSpan {
  checkNames('read', range, READ_RANGE);
  const limit = pageLimit('read', range.limit);
  const from = range.from ?? (range.backward === true ? head.version : head.first);
  if (!Number.isSafeInteger(from) || from < 0) {
    throw new TroupeError('ERR_OPTION', {
      what: `from is ${String(from)}`,
      where: 'read',
      mend: 'use a version, or leave it out',
    });
  }
  if (range.backward === true) {
    const high = Math.min(from, head.version);
    return { low: Math.max(head.first, high - limit + 1), high };
  }
  const low = Math.max(from, head.first);
  return { low, high: Math.min(head.version, low + limit - 1) };
}
