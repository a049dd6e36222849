import { isDeepStrictEqual } from 'node:util';
import type { StreamHead } from './journal.js';
import type { Append, Conflict, Put } from './transaction.js';

/** What the named expectations ask of the version of a stream. A number asks for just that version. */
export const VERSION_EXPECTATIONS = {
  noStream: (version: number): boolean => version === 0,
  streamExists: (version: number): boolean => version > 0,
  any: (): boolean => true,
} as const;

/** What the named expectations ask of the value of a key, undefined when there is none. */
export const VALUE_EXPECTATIONS = {
  any: (): boolean => true,
  absent: (actual: unknown): boolean => actual === undefined,
  present: (actual: unknown): boolean => actual !== undefined,
} as const;

/** A stream to which nothing was ever written. */
export const NO_STREAM: StreamHead = Object.freeze({
  version: 0,
  first: 1,
  epoch: 0,
  isTombstoned: false,
});

/** Why a stream like this refuses the append, in the order of what weighs most; undefined when it does not. */
export function appendConflict(append: Append, head: StreamHead): Conflict | undefined {
  const { stream, expected, epoch } = append;
  if (head.isTombstoned) return { kind: 'tombstone', stream, expected, actual: head };
  if (epoch !== undefined && epoch < head.epoch) {
    return { kind: 'epoch', stream, expected, actual: head };
  }
  const holds =
    typeof expected === 'number'
      ? head.version === expected
      : VERSION_EXPECTATIONS[expected](head.version);
  return holds ? undefined : { kind: 'version', stream, expected, actual: head };
}

/** Why a key with this value refuses the put; undefined when it does not. */
export function putConflict(put: Put, actual: unknown): Conflict | undefined {
  const { table, key, expected = 'any' } = put;
  const holds =
    typeof expected === 'string'
      ? VALUE_EXPECTATIONS[expected](actual)
      : isDeepStrictEqual(expected.equals, actual);
  return holds ? undefined : { kind: 'value', table, key, actual };
}
