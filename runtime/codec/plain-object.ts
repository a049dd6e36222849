import { damaged } from './damaged.js';
import type { Site } from './site.js';
import { MISS, TAG_OBJECT } from './tags.js';
import type { ValueReader } from './value-reader.js';
import type { ValueWriter } from './value-writer.js';

/** Writes a plain object: by its shape, if it has one that it fits or can be widened to, else key by key. */
export function writePlain(
  w: ValueWriter,
  value: Record<string, unknown>,
  o: number,
  site: Site,
): number {
  const keys = Object.keys(value);
  const family = w.shapes.find(keys, value);
  if (family !== null) {
    let end = family === site.family ? MISS : family.encode(value, w, o);
    if (end === MISS && w.shapes.widen(family, value)) end = family.encode(value, w, o);
    if (end !== MISS) {
      site.family = family;
      return end;
    }
  }
  return writeEntries(w, w.head(TAG_OBJECT, keys.length, o), keys, value, site);
}

/** Writes `keys.length` pairs of key and value. `o` may be FULL. */
export function writeEntries(
  w: ValueWriter,
  o: number,
  keys: readonly string[],
  value: Record<string, unknown>,
  site: Site,
): number {
  let end = o;
  for (const key of keys) {
    if (end < 0) return end;
    end = w.value(key, end, w.keySite, key);
    if (end < 0) return end;
    end = w.value(value[key], end, site, key);
  }
  return end;
}

/** Reads an object that was written key by key. */
export function readObject(r: ValueReader, count: number): object {
  r.expect(count, 8);
  const result = {};
  r.add(result);
  readEntries(r, result, count);
  return result;
}

/**
 * Reads pairs of key and value into `target`. `__proto__` arrives as the own property it was, never as a prototype.
 */
export function readEntries(r: ValueReader, target: object, count: number): void {
  for (let i = 0; i < count; i++) {
    const key = r.value();
    if (typeof key !== 'string') throw damaged(`a key of type ${typeof key}`);
    defineOwn(target, key, r.value());
  }
}

/** Sets an own property without asking the prototype: no setter of it runs, none of it changes. */
export function defineOwn(target: object, key: string, value: unknown): void {
  if (key in target) {
    const own = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(target, key, own);
  } else {
    (target as Record<string, unknown>)[key] = value;
  }
}
