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
  /** As `add(String.fromCharCode(unit))`. */
  addUnit(unit: number): void;
  /** As `add(String(value))`. @param value an integer from 0 */
  addInteger(value: number): void;
}

/** Code units of the marks that are written most. */
const Unit = {
  TEXT: 0x73, // s
  COLON: 0x3a, // :
  NUMBER: 0x6e, // n
  END: 0x3b, // ;
  OPEN: 0x7b, // {
  CLOSE: 0x7d, // }
  OPEN_LIST: 0x5b, // [
  CLOSE_LIST: 0x5d, // ]
} as const;

class Text implements Sink {
  text = '';

  add(piece: string): void {
    this.text += piece;
  }

  addUnit(unit: number): void {
    this.text += String.fromCharCode(unit);
  }

  addInteger(value: number): void {
    this.text += value;
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
      writeText(value, to);
      break;
    case 'number':
      to.addUnit(Unit.NUMBER);
      if (value > 0 && Number.isInteger(value)) to.addInteger(value);
      else to.add(Object.is(value, -0) ? '-0' : String(value));
      to.addUnit(Unit.END);
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

function writeText(text: string, to: Sink): void {
  to.addUnit(Unit.TEXT);
  to.addInteger(text.length);
  to.addUnit(Unit.COLON);
  to.add(text);
}

function writePlain(value: object, to: Sink): void {
  const object = value as Record<string, unknown>;
  to.addUnit(Unit.OPEN);
  if (isSorted(object)) {
    // Not `Object.keys`, which makes a list for each object.
    for (const key in object) {
      if (Object.hasOwn(object, key)) writeEntry(key, object[key], to);
    }
  } else {
    for (const key of Object.keys(object).sort()) writeEntry(key, object[key], to);
  }
  to.addUnit(Unit.CLOSE);
}

function writeEntry(key: string, value: unknown, to: Sink): void {
  writeText(key, to);
  write(value, to);
}

function isSorted(object: object): boolean {
  let previous = '';
  for (const key in object) {
    if (previous > key) return false;
    previous = key;
  }
  return true;
}

function writeArray(array: readonly unknown[], to: Sink): void {
  to.addUnit(Unit.OPEN_LIST);
  // Not `for of` nor `forEach`: a hole is a member like undefined.
  for (let i = 0; i < array.length; i++) write(array[i], to);
  to.addUnit(Unit.CLOSE_LIST);
}

function notPlain(what: string): TroupeError {
  return new TroupeError('ERR_NOT_SENDABLE', {
    what: `a ${what} is no plain data`,
    mend: 'use objects, arrays, strings, numbers, bigints, booleans, dates, maps, sets, bytes',
  });
}
