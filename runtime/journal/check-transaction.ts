import type { OptionNames } from '../base/check-option.js';
import { TroupeError } from '../base/errors.js';
import { VALUE_EXPECTATIONS, VERSION_EXPECTATIONS } from './expectations.js';
import { isWellFormed } from './storable.js';
import type { Append, Put, Transaction, Truncate } from './transaction.js';

/** Most UTF-8 bytes of the name of a stream, and of a key of a table. */
export const MAX_NAME_BYTES = 1024;

/** Most UTF-8 bytes of the name of a table. */
export const MAX_TABLE_BYTES = 256;

/** Up to so many, finding doubles by looking at all pairs is faster than by a set. */
const FEW = 8;

const TRANSACTION = listOf<Transaction>({ appends: true, puts: true, truncates: true });
const APPEND = listOf<Append>({ stream: true, expected: true, values: true, epoch: true });
const PUT = listOf<Put>({ table: true, key: true, value: true, expected: true });
const TRUNCATE = listOf<Truncate>({ stream: true, before: true, tombstone: true });

/** The names as a list: going through so few is faster than looking one up in an object. */
function listOf<T>(names: OptionNames<T>): readonly string[] {
  return Object.keys(names);
}

/**
 * Checks everything about a transaction that does not depend on the store.
 * @throws {TroupeError} ERR_JOURNAL_TRANSACTION naming the part that is wrong
 */
export function checkTransaction(transaction: Transaction): void {
  if (typeof transaction !== 'object' || transaction === null) {
    throw malformed('the transaction', transaction, 'an object');
  }
  refuseUnknown(transaction, TRANSACTION, undefined);
  const { appends, puts, truncates } = transaction;
  if (appends !== undefined) {
    for (const append of partsOf('appends', appends)) checkAppend(append);
    refuseDoubles('appends', appends, streamOf);
  }
  if (puts !== undefined) {
    for (const put of partsOf('puts', puts)) checkPut(put);
    refuseDoubles('puts', puts, keyOf);
  }
  if (truncates !== undefined) {
    for (const truncate of partsOf('truncates', truncates)) checkTruncate(truncate);
    refuseDoubles('truncates', truncates, streamOf);
  }
}

/**
 * The append of a transaction that is nothing else, as nearly all are; undefined for any other, and for one that
 * {@link checkTransaction} would refuse for its form. What is in the append is not checked yet.
 */
export function soleAppend(transaction: Transaction): Append | undefined {
  if (typeof transaction !== 'object' || transaction === null) return undefined;
  const { appends, puts, truncates } = transaction;
  if (puts !== undefined || truncates !== undefined) return undefined;
  if (!Array.isArray(appends) || appends.length !== 1) return undefined;
  const append: unknown = appends[0];
  return typeof append === 'object' && append !== null ? (append as Append) : undefined;
}

/**
 * As {@link checkTransaction}, for one whose {@link soleAppend} goes to a stream that is there: so its name is sound.
 * @throws {TroupeError} ERR_JOURNAL_TRANSACTION naming the part that is wrong
 */
export function checkKnownAppend(transaction: Transaction, append: Append): void {
  refuseUnknown(transaction, TRANSACTION, undefined);
  checkAppendTo(append);
}

/**
 * Checks the name of a stream.
 * @throws {TroupeError} ERR_JOURNAL_TRANSACTION when it is empty, too long, or not well-formed text
 */
export function checkStream(stream: string): void {
  checkText('stream', stream, MAX_NAME_BYTES);
  refuseEnd('stream', stream);
}

/** Checks the name of a table. @throws {TroupeError} as {@link checkStream} */
export function checkTable(table: string): void {
  checkText('table', table, MAX_TABLE_BYTES);
  refuseEnd('table', table);
}

function checkAppend(append: Append): void {
  checkStream(append.stream);
  checkAppendTo(append);
}

/** Checks all but the name of the stream. */
function checkAppendTo(append: Append): void {
  const { stream, expected, values, epoch } = append;
  refuseUnknown(append, APPEND, stream);
  const known =
    typeof expected === 'number'
      ? Number.isSafeInteger(expected) && expected >= 0
      : typeof expected === 'string' && Object.hasOwn(VERSION_EXPECTATIONS, expected);
  if (!known) {
    const names = Object.keys(VERSION_EXPECTATIONS).join(', ');
    throw malformed('expected', expected, `a version or one of ${names}`, stream);
  }
  if (!Array.isArray(values)) throw malformed('values', values, 'an array', stream);
  if (epoch !== undefined && !(Number.isSafeInteger(epoch) && epoch >= 0)) {
    throw malformed('epoch', epoch, 'an integer from 0', stream);
  }
}

function checkPut(put: Put): void {
  const { table, key, expected } = put;
  checkTable(table);
  refuseUnknown(put, PUT, table);
  checkText('key', key, MAX_NAME_BYTES);
  if (expected === undefined) return;
  const known =
    typeof expected === 'string'
      ? Object.hasOwn(VALUE_EXPECTATIONS, expected)
      : typeof expected === 'object' && expected !== null && Object.hasOwn(expected, 'equals');
  if (!known) {
    const names = Object.keys(VALUE_EXPECTATIONS).join(', ');
    throw malformed('expected', expected, `one of ${names}, or { equals }`, `${table}/${key}`);
  }
}

function checkTruncate(truncate: Truncate): void {
  const { stream, before, tombstone } = truncate;
  checkStream(stream);
  refuseUnknown(truncate, TRUNCATE, stream);
  if (!(Number.isSafeInteger(before) && before >= 0)) {
    throw malformed('before', before, 'a version', stream);
  }
  if (tombstone !== undefined && typeof tombstone !== 'boolean') {
    throw malformed('tombstone', tombstone, 'true, false, or nothing', stream);
  }
}

/** A misspelled part would not be written, or not be expected, unseen. */
function refuseUnknown(part: object, names: readonly string[], where: string | undefined): void {
  let i = 0;
  for (const name in part) {
    // Most are written in this order, or leave out the end.
    if (names[i++] === name || names.includes(name)) continue;
    throw new TroupeError('ERR_JOURNAL_TRANSACTION', {
      what: `'${name}' is an unknown field`,
      ...(where === undefined ? {} : { where }),
      mend: `use ${names.join(', ')}`,
    });
  }
}

function checkText(what: string, text: string, maxBytes: number): void {
  if (typeof text !== 'string' || text === '') throw malformed(what, text, 'a text');
  // A UTF-16 unit is at most 3 bytes, so that short names need not be measured.
  if (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes) {
    throw malformed(what, text, `at most ${maxBytes} bytes of UTF-8`);
  }
  // Half a surrogate pair has no UTF-8.
  if (!isWellFormed(text)) throw malformed(what, text, 'well-formed text without U+0000');
}

/** Stores end names with U+0000, so that it must not stand in one. */
function refuseEnd(what: string, name: string): void {
  if (name.includes('\0')) throw malformed(what, name, 'well-formed text without U+0000');
}

function partsOf<T>(what: string, parts: readonly T[]): readonly T[] {
  if (!Array.isArray(parts)) throw malformed(what, parts, 'an array');
  for (const part of parts) {
    if (typeof part !== 'object' || part === null) throw malformed(what, part, 'objects');
  }
  return parts;
}

const streamOf = (part: Append | Truncate): string => part.stream;
const keyOf = (put: Put): string => `${put.table}\0${put.key}`;

function refuseDoubles<T>(what: string, parts: readonly T[], nameOf: (part: T) => string): void {
  if (parts.length < 2) return;
  if (parts.length <= FEW) {
    for (let i = 1; i < parts.length; i++) {
      const name = nameOf(parts[i]!);
      for (let j = 0; j < i; j++) if (nameOf(parts[j]!) === name) throw doubled(what, name);
    }
    return;
  }
  const seen = new Set<string>();
  for (const part of parts) {
    const name = nameOf(part);
    if (seen.has(name)) throw doubled(what, name);
    seen.add(name);
  }
}

function doubled(what: string, name: string): TroupeError {
  return new TroupeError('ERR_JOURNAL_TRANSACTION', {
    what: `${what} name '${name.replace('\0', '/')}' twice`,
    mend: 'name a stream or a key once: put all records of a stream into one append',
  });
}

function malformed(field: string, value: unknown, expected: string, where?: string): TroupeError {
  const shown = typeof value === 'string' ? `'${value.slice(0, 80)}'` : describe(value);
  return new TroupeError('ERR_JOURNAL_TRANSACTION', {
    what: `${field} is ${shown}`,
    ...(where === undefined ? {} : { where }),
    mend: `give ${expected}`,
  });
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
