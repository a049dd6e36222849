import { crc32 } from 'node:zlib';
import { TroupeError } from '../../base/errors.js';
import type { StoredRecord, StreamHead, TableEntry } from '../journal.js';
import { positionOf } from '../position.js';
import type { Serializer } from '../serializer.js';
import type { Row } from './schema.js';

/** The checksum of a record: of its bytes and of where it belongs. */
export function recordChecksum(stream: string, version: number, value: Uint8Array): number {
  return crc32(value, crc32(`${stream}\0${version}`));
}

/** The checksum of an entry of a table. */
export function valueChecksum(table: string, key: string, value: Uint8Array): number {
  return crc32(value, crc32(`${table}\0${key}`));
}

/** A row of the records. @throws {TroupeError} ERR_JOURNAL_DAMAGED naming stream and version */
export function recordOf(row: Row, serializer: Serializer, where: string): StoredRecord {
  const stream = textOf(row['stream']);
  const version = Number(row['version']);
  const bytes = row['value'] as Buffer;
  if (recordChecksum(stream, version, bytes) !== Number(row['crc'])) {
    throw damaged(where, `record ${version} of stream '${stream}'`);
  }
  const value = serializer.decode(bytes);
  return { stream, version, position: positionOf(Number(row['position'])), value };
}

/** A row of the entries. @throws {TroupeError} ERR_JOURNAL_DAMAGED naming the key */
export function entryOf(
  table: string,
  row: Row,
  serializer: Serializer,
  where: string,
): TableEntry {
  const key = textOf(row['key']);
  const bytes = row['value'] as Buffer;
  if (valueChecksum(table, key, bytes) !== Number(row['crc'])) {
    throw damaged(where, `key '${key}' of table '${table}'`);
  }
  return { key, value: serializer.decode(bytes) };
}

/** A row of the streams. */
export function headOf(row: Row): StreamHead {
  return {
    version: Number(row['version']),
    first: Number(row['first']),
    epoch: Number(row['epoch']),
    isTombstoned: row['tombstoned'] === true,
  };
}

/** A name or key of a row. */
export function textOf(bytes: unknown): string {
  return (bytes as Buffer).toString('utf8');
}

/** A record that is not what was written. */
export function damaged(where: string, what: string): TroupeError {
  return new TroupeError('ERR_JOURNAL_DAMAGED', {
    what: `${what} is damaged`,
    where,
    mend: 'restore the database from a copy; what is not named can still be read and written',
  });
}
