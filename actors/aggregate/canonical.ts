import { createHash } from 'node:crypto';
import { hash32, TroupeError } from '../../runtime/index.js';

/**
 * A fingerprint of plain data: equal for equal values, whatever the order of keys and members, and different otherwise
 * (SHA-256, 128 bits of it). Stable across threads, processes and versions: it is stored.
 * @throws {TroupeError} ERR_NOT_SENDABLE for functions, symbols and instances of classes it does not know
 */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('base64url').slice(0, 22);
}

/** A checksum of plain data, against damage, not against intent: cheap, 32 bits and the length. */
export function checksum(value: unknown): string {
  const text = canonical(value);
  return `${text.length}.${hash32(text)}`;
}

/** Plain data as text: each kind of value has a mark of its own, strings their length. */
function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`;
    case 'number':
      return Object.is(value, -0) ? 'n-0;' : `n${value};`;
    case 'bigint':
      return `i${value};`;
    case 'boolean':
      return value ? 't' : 'f';
    case 'undefined':
      return 'u';
    case 'object':
      return value === null ? '0' : canonicalObject(value);
    default:
      throw notPlain(typeof value);
  }
}

function canonicalObject(value: object): string {
  if (Array.isArray(value)) return canonicalArray(value);
  if (value instanceof Date) return `d${value.getTime()};`;
  if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => canonical(key) + canonical(item));
    return `m(${entries.sort().join('')})`;
  }
  if (value instanceof Set) return `e(${[...value].map(canonical).sort().join('')})`;
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return `b${bytes.toString('base64')};`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) throw notPlain(value.constructor?.name);
  let text = '{';
  for (const key of Object.keys(value).sort()) {
    text += canonical(key) + canonical((value as Record<string, unknown>)[key]);
  }
  return `${text}}`;
}

function canonicalArray(array: readonly unknown[]): string {
  let text = '[';
  // Not `for of` nor `map`: this is done at each load from a snapshot.
  for (let i = 0; i < array.length; i++) text += canonical(array[i]);
  return `${text}]`;
}

function notPlain(what: string): TroupeError {
  return new TroupeError('ERR_NOT_SENDABLE', {
    what: `a ${what} is no plain data`,
    mend: 'use objects, arrays, strings, numbers, bigints, booleans, dates, maps, sets, bytes',
  });
}
