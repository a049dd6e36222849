import { createHash } from 'node:crypto';
import { PiecewiseHash, TroupeError } from '../../runtime/index.js';

/**
 * A fingerprint of plain data: equal for equal values, whatever the order of keys and members, and different otherwise
 * (SHA-256, 128 bits of it). Stable across threads, processes and versions: it is stored.
 * @throws {TroupeError} ERR_NOT_SENDABLE for functions, symbols and instances of classes it does not know
 */
export function fingerprint(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('base64url').slice(0, 22);
}

/** A checksum of plain data, against damage, not against intent: cheap, 32 bits and the length. Stored too. */
export function checksum(value: unknown): string {
  const hash = new PiecewiseHash();
  write(value, hash);
  return `${hash.length}.${hash.value}`;
}

/** What takes the canonical text of a value, piece by piece. */
interface Sink {
  add(piece: string): void;
}

class Text implements Sink {
  text = '';

  add(piece: string): void {
    this.text += piece;
  }
}

function canonical(value: unknown): string {
  const sink = new Text();
  write(value, sink);
  return sink.text;
}

/** Plain data as text: each kind of value has a mark of its own, strings their length. */
function write(value: unknown, to: Sink): void {
  switch (typeof value) {
    case 'string':
      to.add('s');
      to.add(String(value.length));
      to.add(':');
      to.add(value);
      break;
    case 'number':
      to.add('n');
      to.add(Object.is(value, -0) ? '-0' : String(value));
      to.add(';');
      break;
    case 'bigint':
      to.add(`i${value};`);
      break;
    case 'boolean':
      to.add(value ? 't' : 'f');
      break;
    case 'undefined':
      to.add('u');
      break;
    case 'object':
      if (value === null) to.add('0');
      else writeObject(value, to);
      break;
    default:
      throw notPlain(typeof value);
  }
}

function writeObject(value: object, to: Sink): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) writePlain(value, to);
  else if (Array.isArray(value)) writeArray(value, to);
  else if (value instanceof Date) to.add(`d${value.getTime()};`);
  else if (value instanceof Map) {
    const entries = [...value].map(([key, item]) => canonical(key) + canonical(item));
    to.add(`m(${entries.sort().join('')})`);
  } else if (value instanceof Set) to.add(`e(${[...value].map(canonical).sort().join('')})`);
  else if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    to.add(`b${bytes.toString('base64')};`);
  } else throw notPlain(value.constructor?.name);
}

function writePlain(value: object, to: Sink): void {
  to.add('{');
  for (const key of sortedKeys(value)) {
    write(key, to);
    write((value as Record<string, unknown>)[key], to);
  }
  to.add('}');
}

function sortedKeys(value: object): string[] {
  const keys = Object.keys(value);
  for (let i = 1; i < keys.length; i++) if (keys[i - 1]! > keys[i]!) return keys.sort();
  return keys;
}

function writeArray(array: readonly unknown[], to: Sink): void {
  to.add('[');
  // Not `for of` nor `forEach`: a hole is a member like undefined.
  for (let i = 0; i < array.length; i++) write(array[i], to);
  to.add(']');
}

function notPlain(what: string): TroupeError {
  return new TroupeError('ERR_NOT_SENDABLE', {
    what: `a ${what} is no plain data`,
    mend: 'use objects, arrays, strings, numbers, bigints, booleans, dates, maps, sets, bytes',
  });
}
