import type { Serializer } from './serializer.js';
import type { Transaction } from './transaction.js';

/** A transaction whose values are bytes already, so that what cannot be stored is refused before it is begun. */
export interface EncodedTransaction {
  readonly transaction: Transaction;
  /** For each append its records. */
  readonly records: readonly (readonly Buffer[])[];
  /** For each put its value, undefined for a deletion. */
  readonly values: readonly (Buffer | undefined)[];
}

/** Of transactions without appends or puts. Never written to. */
const NONE: never[] = [];

/**
 * @param recordRoomBytes left before each record for what the store puts there @param valueRoomBytes before each value
 * @throws {TroupeError} ERR_JOURNAL_VALUE
 */
export function encodeTransaction(
  transaction: Transaction,
  serializer: Serializer,
  recordRoomBytes = 0,
  valueRoomBytes = 0,
): EncodedTransaction {
  const { appends, puts } = transaction;
  let records: Buffer[][] = NONE;
  if (appends !== undefined) {
    records = [];
    for (const { values } of appends) {
      const encoded: Buffer[] = [];
      for (const value of values) encoded.push(serializer.encode(value, recordRoomBytes));
      records.push(encoded);
    }
  }
  let values: (Buffer | undefined)[] = NONE;
  if (puts !== undefined) {
    values = [];
    for (const { value } of puts) {
      values.push(value === undefined ? undefined : serializer.encode(value, valueRoomBytes));
    }
  }
  return { transaction, records, values };
}
