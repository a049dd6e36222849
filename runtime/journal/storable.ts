import { TroupeError } from '../base/errors.js';
import { VIEW_CLASSES } from '../codec/buffers.js';

/**
 * What msgpack does not carry, or only in part, is stored as an object whose only key is the empty string:
 * `{ '': [kind, ...content] }`. An object that has such a key itself, or one that a decoder treats specially, is stored
 * as the list of its keys and values.
 */
const ESCAPE = '';

/** Nesting beyond this is taken for a cycle. */
const MAX_DEPTH = 256;

/** Most keys of an object that the packer writes as one. */
const MAX_KEY_COUNT = 0xffff;

/** Keys with a meaning to JavaScript or to the packer. */
const UNSAFE_KEYS: ReadonlySet<string> = new Set([ESCAPE, '__proto__', 'constructor', 'toJSON']);

type ViewClass = new (buffer: ArrayBuffer) => ArrayBufferView;

/** Views by the name of their class, which is stored; DataView beside those that have elements. */
const VIEWS: Readonly<Record<string, ViewClass>> = Object.fromEntries(
  [...VIEW_CLASSES, DataView].map((view) => [view.name, view]),
);

/**
 * A value as null, booleans, numbers, text, bytes, arrays and plain objects: itself if it is just that.
 * @throws {TroupeError} ERR_JOURNAL_VALUE for functions, symbols, class instances, cycles, and holes in arrays
 */
export function toStorable(value: unknown, path = 'value', depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? value : escaped('u', utf16(value));
    case 'number':
      return Object.is(value, -0) ? escaped('-0') : value;
    case 'bigint':
      return escaped('n', value.toString());
    case 'boolean':
    case 'undefined':
      return value;
    case 'object':
      return value === null ? null : objectToStorable(value, path, depth + 1);
    default:
      throw refusal(path, `a ${typeof value}`);
  }
}

function objectToStorable(value: object, path: string, depth: number): unknown {
  if (depth > MAX_DEPTH) throw refusal(path, `nested more than ${MAX_DEPTH} deep, or a cycle`);
  if (Array.isArray(value)) return arrayToStorable(value, path, depth);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return plainToStorable(value, path, depth);
  if (prototype === null) return plainToStorable({ ...value }, path, depth);
  if (prototype === Uint8Array.prototype || Buffer.isBuffer(value)) return value;
  if (prototype === Date.prototype) return escaped('d', (value as Date).getTime());
  if (prototype === Map.prototype) {
    return escaped(
      'm',
      arrayToStorable([...(value as Map<unknown, unknown>)].flat(1), path, depth),
    );
  }
  if (prototype === Set.prototype) {
    return escaped('s', arrayToStorable([...(value as Set<unknown>)], path, depth));
  }
  if (prototype === ArrayBuffer.prototype)
    return escaped('b', new Uint8Array(value as ArrayBuffer));
  const name = (prototype as { constructor?: { name?: string } }).constructor?.name ?? '';
  if (ArrayBuffer.isView(value) && VIEWS[name]?.prototype === prototype) {
    return escaped('v', name, new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }
  throw refusal(path, `an instance of ${name === '' ? 'a class' : name}`);
}

function arrayToStorable(array: readonly unknown[], path: string, depth: number): unknown {
  let copy: unknown[] | undefined;
  for (let i = 0; i < array.length; i++) {
    const entry = array[i];
    if (entry === undefined && !(i in array)) throw refusal(`${path}[${i}]`, 'a hole in an array');
    const stored = isSimple(entry) ? entry : toStorable(entry, `${path}[${i}]`, depth);
    if (stored !== entry) copy ??= array.slice();
    if (copy !== undefined) copy[i] = stored;
  }
  return copy ?? array;
}

function plainToStorable(value: object, path: string, depth: number): unknown {
  const object = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  let count = 0;
  // Not `Object.keys`, which makes a list for each object.
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    if (UNSAFE_KEYS.has(key) || !isWellFormed(key) || ++count > MAX_KEY_COUNT) {
      return escaped('o', arrayToStorable(Object.entries(object).flat(1), path, depth));
    }
    const entry = object[key];
    const stored = isSimple(entry) ? entry : toStorable(entry, `${path}.${key}`, depth);
    if (stored !== entry) copy ??= { ...object };
    if (copy !== undefined) copy[key] = stored;
  }
  return copy ?? object;
}

/** What is stored as it is, told without building its path. */
function isSimple(value: unknown): boolean {
  if (typeof value === 'string') return isWellFormed(value);
  if (typeof value === 'number') return !Object.is(value, -0);
  return typeof value === 'boolean' || value === null || value === undefined;
}

/** The inverse of {@link toStorable}. Changes `value`, which must be freshly decoded. */
export function fromStorable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = fromStorable(value[i]);
    return value;
  }
  const object = value as Record<string, unknown>;
  if (Object.hasOwn(object, ESCAPE)) return revive(object[ESCAPE] as unknown[]);
  for (const key of Object.keys(object)) object[key] = fromStorable(object[key]);
  return object;
}

function revive([kind, content, more]: unknown[]): unknown {
  switch (kind) {
    case '-0':
      return -0;
    case 'n':
      return BigInt(content as string);
    case 'd':
      return new Date(content as number);
    case 'm':
      return new Map(pairs(content));
    case 's':
      return new Set(fromStorable(content) as unknown[]);
    case 'b':
      return ownBuffer(content);
    case 'v':
      return new VIEWS[content as string]!(ownBuffer(more));
    case 'u':
      return Buffer.from(content as Uint8Array).toString('utf16le');
    case 'o':
      return Object.fromEntries(pairs(content));
    default:
      throw new RangeError(`kind '${String(kind)}' of a stored value is unknown`);
  }
}

function pairs(content: unknown): [string, unknown][] {
  const flat = fromStorable(content) as unknown[];
  return Array.from({ length: flat.length / 2 }, (_, i) => [
    flat[2 * i] as string,
    flat[2 * i + 1],
  ]);
}

function ownBuffer(content: unknown): ArrayBuffer {
  return new Uint8Array(content as Uint8Array).buffer;
}

function escaped(...content: readonly unknown[]): object {
  return { [ESCAPE]: content };
}

/** False for a text with half a surrogate pair. */
export function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

function utf16(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'utf16le'));
}

function refusal(path: string, what: string): TroupeError {
  return new TroupeError('ERR_JOURNAL_VALUE', {
    what: `${what} cannot be stored`,
    where: path,
    mend: 'store plain data: null, booleans, numbers, bigints, text, Date, Map, Set, buffers, arrays and plain objects',
  });
}
