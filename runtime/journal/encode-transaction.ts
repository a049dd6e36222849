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
  let records: (readonly Buffer[])[] = NONE;
  if (appends !== undefined) {
    records =
      appends.length === 1
        ? [encodeAll(appends[0]!.values, serializer, recordRoomBytes)]
        : appends.map(({ values }) => encodeAll(values, serializer, recordRoomBytes));
  }
  let values: (Buffer | undefined)[] = NONE;
  if (puts !== undefined) {
    values = puts.map(({ value }) =>
      value === undefined ? undefined : serializer.encode(value, valueRoomBytes),
    );
  }
  return { transaction, records, values };
}

/** A list of just its length, which `push` would not make: very many wait for a flush at a time. */
function encodeAll(
  values: readonly unknown[],
  serializer: Serializer,
  roomBytes: number,
): Buffer[] {
  if (values.length === 1) return [serializer.encode(values[0], roomBytes)];
  return values.map((value) => serializer.encode(value, roomBytes));
}
