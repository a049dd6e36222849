import { TroupeError } from '../../base/errors.js';

/** The format of the tables that this code makes, and the newest that it uses. */
export const FORMAT = 1;

/** What of a client of pg is used here. */
export interface Queries {
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Row[] }>;
}

/** A row of a result: bytea comes as Buffer, int8 as text. */
export type Row = Readonly<Record<string, unknown>>;

/** The statements of a store in one schema. Names and keys are bytea, whose order is that of the bytes. */
export interface Statements {
  readonly create: string;
  readonly format: string;
  /** Takes the one lock of the store until the commit, so that positions are given out in the order of commits. */
  readonly lock: string;
  readonly position: string;
  readonly heads: string;
  readonly values: string;
  readonly putHeads: string;
  readonly putRecords: string;
  readonly putValues: string;
  readonly removeValues: string;
  readonly truncate: string;
  readonly readForward: string;
  readonly readBackward: string;
  readonly readAll: string;
  readonly scanForward: string;
  readonly scanBackward: string;
  readonly notify: string;
  readonly listen: string;
}

/**
 * The statements for a schema.
 * @throws {TroupeError} ERR_OPTION for a name that would have to be quoted
 */
export function statementsOf(schema: string): Statements {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    throw new TroupeError('ERR_OPTION', {
      what: `schema is '${schema}'`,
      where: 'postgres',
      mend: 'use up to 63 small letters, digits and underscores, a letter first',
    });
  }
  const column = 'SELECT stream, version, position, crc, value FROM';
  const entries = `SELECT key, crc, value FROM ${schema}.entries
    WHERE name = $1 AND ($2::bytea IS NULL OR key >= $2) AND ($3::bytea IS NULL OR key < $3)`;
  return {
    create: `SELECT pg_advisory_xact_lock(hashtext('troupe ${schema}'));
      CREATE SCHEMA IF NOT EXISTS ${schema};
      CREATE TABLE IF NOT EXISTS ${schema}.store (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        format integer NOT NULL, position bigint NOT NULL);
      CREATE TABLE IF NOT EXISTS ${schema}.streams (
        name bytea PRIMARY KEY, version bigint NOT NULL, first bigint NOT NULL,
        epoch bigint NOT NULL, tombstoned boolean NOT NULL);
      CREATE TABLE IF NOT EXISTS ${schema}.records (
        stream bytea NOT NULL, version bigint NOT NULL, position bigint NOT NULL UNIQUE,
        crc bigint NOT NULL, value bytea NOT NULL, PRIMARY KEY (stream, version));
      CREATE TABLE IF NOT EXISTS ${schema}.entries (
        name bytea NOT NULL, key bytea NOT NULL, crc bigint NOT NULL, value bytea NOT NULL,
        PRIMARY KEY (name, key));
      INSERT INTO ${schema}.store (format, position) VALUES (${FORMAT}, 0) ON CONFLICT DO NOTHING`,
    format: `SELECT format FROM ${schema}.store`,
    lock: `SELECT position FROM ${schema}.store FOR UPDATE`,
    position: `UPDATE ${schema}.store SET position = $1`,
    heads: `SELECT name, version, first, epoch, tombstoned FROM ${schema}.streams
      WHERE name = ANY($1::bytea[])`,
    values: `SELECT name, key, crc, value FROM ${schema}.entries
      WHERE (name, key) IN (SELECT * FROM unnest($1::bytea[], $2::bytea[]))`,
    putHeads: `INSERT INTO ${schema}.streams
      SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::bigint[], $5::boolean[])
      ON CONFLICT (name) DO UPDATE SET version = excluded.version, first = excluded.first,
        epoch = excluded.epoch, tombstoned = excluded.tombstoned`,
    putRecords: `INSERT INTO ${schema}.records
      SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bytea[])`,
    putValues: `INSERT INTO ${schema}.entries
      SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::bytea[])
      ON CONFLICT (name, key) DO UPDATE SET crc = excluded.crc, value = excluded.value`,
    removeValues: `DELETE FROM ${schema}.entries
      WHERE (name, key) IN (SELECT * FROM unnest($1::bytea[], $2::bytea[]))`,
    truncate: `DELETE FROM ${schema}.records USING
      unnest($1::bytea[], $2::bigint[]) AS cut (stream, first)
      WHERE records.stream = cut.stream AND records.version < cut.first`,
    readForward: `${column} ${schema}.records WHERE stream = $1 AND version >= $2
      ORDER BY version LIMIT $3`,
    readBackward: `${column} ${schema}.records WHERE stream = $1 AND version <= $2
      ORDER BY version DESC LIMIT $3`,
    readAll: `${column} ${schema}.records WHERE position > $1 ORDER BY position LIMIT $2`,
    scanForward: `${entries} ORDER BY key LIMIT $4`,
    scanBackward: `${entries} ORDER BY key DESC LIMIT $4`,
    notify: `NOTIFY ${schema}`,
    listen: `LISTEN ${schema}`,
  };
}
