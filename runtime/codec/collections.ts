import { damaged } from './damaged.js';
import { readEntries, writeEntries } from './plain-object.js';
import type { Site } from './site.js';
import { FULL, TAG_ARRAY, TAG_MAP, TAG_SET, TAG_SPARSE_ARRAY } from './tags.js';
import type { ValueReader } from './value-reader.js';
import type { ValueWriter } from './value-writer.js';

/**
 * Writes an array: values in order when it is dense and has no other properties, else (holes, or
 * named properties such as a match of a RegExp has) its length and its own properties.
 */
export function writeArray(w: ValueWriter, array: unknown[], o: number, site: Site): number {
  const length = array.length;
  // Keys come in the order indices, then names: if the last of as many keys is the last index, there
  // are no holes and no names.
  const keys = Object.keys(array);
  if (keys.length !== length || (length > 0 && keys[length - 1] !== String(length - 1))) {
    return writeSparse(w, array, keys, o, site);
  }
  let end = w.head(TAG_ARRAY, length, o);
  for (let i = 0; i < length && end >= 0; i++) end = w.value(array[i], end, site, i);
  return end;
}

function writeSparse(
  w: ValueWriter,
  array: unknown[],
  keys: readonly string[],
  o: number,
  site: Site,
): number {
  let end = w.tag(TAG_SPARSE_ARRAY, o);
  if (end >= 0) end = w.word(array.length, end);
  if (end >= 0) end = w.word(keys.length, end);
  return writeEntries(w, end, keys, array as unknown as Record<string, unknown>, site);
}

/** Writes a Map; the path of an entry is its number. */
export function writeMap(
  w: ValueWriter,
  map: Map<unknown, unknown>,
  o: number,
  site: Site,
): number {
  // A getter or codec that runs meanwhile may change the map: what is announced is what is written.
  const entries = [...Map.prototype.entries.call(map)];
  let end = w.head(TAG_MAP, entries.length, o);
  for (let i = 0; i < entries.length; i++) {
    const [key, value] = entries[i]!;
    if (end >= 0) end = w.value(key, end, site, i);
    if (end >= 0) end = w.value(value, end, site, i);
    if (end < 0) return FULL;
  }
  return end;
}

/** Writes a Set; the path of a member is its number. */
export function writeSet(w: ValueWriter, set: Set<unknown>, o: number, site: Site): number {
  const members = [...Set.prototype.values.call(set)];
  let end = w.head(TAG_SET, members.length, o);
  for (let i = 0; i < members.length && end >= 0; i++) end = w.value(members[i], end, site, i);
  return end;
}

/** Reads an array without holes. */
export function readArray(r: ValueReader, length: number): unknown[] {
  r.expect(length, 4);
  const array: unknown[] = [];
  r.add(array);
  for (let i = 0; i < length; i++) array.push(r.value());
  return array;
}

/** Arrays with holes longer than this start as a table of indices: no memory is taken for the holes. */
const LONG_LENGTH = 1024;

/** Reads an array with holes or named properties. */
export function readSparseArray(r: ValueReader): unknown[] {
  const length = r.word() >>> 0;
  const count = r.word() >>> 0;
  r.expect(count, 8);
  const array: unknown[] = [];
  r.add(array);
  if (length > LONG_LENGTH) {
    // A store far beyond the end turns the array into a table; a length alone would reserve room.
    array[length - 1] = null;
    delete array[length - 1];
  }
  array.length = length;
  readEntries(r, array, count);
  if (array.length !== length) throw damaged(`an index beyond the length ${length} of its array`);
  return array;
}

/** Reads a Map. */
export function readMap(r: ValueReader, count: number): Map<unknown, unknown> {
  r.expect(count, 8);
  const map = new Map<unknown, unknown>();
  r.add(map);
  for (let i = 0; i < count; i++) {
    const key = r.value();
    map.set(key, r.value());
  }
  return map;
}

/** Reads a Set. */
export function readSet(r: ValueReader, count: number): Set<unknown> {
  r.expect(count, 4);
  const set = new Set<unknown>();
  r.add(set);
  for (let i = 0; i < count; i++) set.add(r.value());
  return set;
}
