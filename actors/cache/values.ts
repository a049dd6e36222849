import { deserialize, serialize } from 'node:v8';
import { TroupeError } from '../../runtime/index.js';

/** A value as a shard keeps it: simple ones as they are, all others as bytes, which nobody can change. */
export interface EncodedValue {
  readonly stored: unknown;
  readonly bytes: number;
}

/**
 * Encodes a value: strings, numbers, bigints, booleans and null stay what they are, everything else that structured
 * clone carries becomes bytes.
 * @throws {TroupeError} ERR_CACHE_VALUE for undefined, functions, symbols and what contains them
 */
export function encodeValue(value: unknown, where: string): EncodedValue {
  switch (typeof value) {
    case 'string':
      return { stored: value, bytes: Buffer.byteLength(value) };
    case 'number':
    case 'bigint':
      return { stored: value, bytes: 8 };
    case 'boolean':
      return { stored: value, bytes: 1 };
    case 'object':
      if (value === null) return { stored: null, bytes: 1 };
      return encodeObject(value, where);
    case 'undefined':
      throw refusal('the value is undefined', where, 'use null, or delete the key');
    default:
      throw refusal(`the value is a ${typeof value}`, where, 'keep plain data');
  }
}

/** The value that was encoded; objects are new ones at each call. */
export function decodeValue(stored: unknown): unknown {
  return stored instanceof Uint8Array ? deserialize(stored) : stored;
}

function encodeObject(value: object, where: string): EncodedValue {
  try {
    const stored = serialize(value);
    return { stored, bytes: stored.length };
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw refusal(`the value cannot be encoded: ${text}`, where, 'keep plain data', cause);
  }
}

function refusal(what: string, where: string, mend: string, cause?: unknown): TroupeError {
  return new TroupeError('ERR_CACHE_VALUE', {
    what,
    where,
    mend,
    ...(cause === undefined ? {} : { cause }),
  });
}
