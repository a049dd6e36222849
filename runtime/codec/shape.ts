import { align8 } from '../base/bits.js';
import type { CodecLimits } from './limits.js';

/**
 * A shape: the ordered own enumerable string keys of a plain object, with a kind for each field.
 * Once both threads know a shape, a message of that shape carries no keys and no tags.
 * After "hidden class" (Chambers, Ungar, Lee: An Efficient Implementation of SELF, 1989).
 *
 * A record of a shape: the tag word, then from {@link shapeBase} on the slots, then the
 * characters of strings in field order without gaps, then the `any` fields in field order, each 4-aligned.
 * All f64 slots come first, so that they are 8-aligned; the 4-byte slots follow in field order.
 *
 * | kind | slot | accepts |
 * |---|---|---|
 * | I32 | 4 bytes | integers of 32 bits, not -0 |
 * | F64 | 8 bytes | every number |
 * | BOOLEAN | 4 bytes, 0 or 1 | booleans |
 * | STRING | 4 bytes, a tag word STRING_REF, STRING_8 or STRING_16 | strings |
 * | NULL, UNDEFINED | none | that value |
 * | ANY | none, a tagged value | everything |
 */
export interface Shape {
  readonly keys: readonly string[];
  readonly kinds: readonly FieldKind[];
}

/** The kinds of fields; the numbers are part of the layout. */
export const KIND_I32 = 1;
export const KIND_F64 = 2;
export const KIND_BOOLEAN = 3;
export const KIND_STRING = 4;
export const KIND_NULL = 5;
export const KIND_UNDEFINED = 6;
export const KIND_ANY = 7;

/** The kind of a field; the numbers are part of the dictionary's layout. */
export type FieldKind = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** True for an integer of 32 bits that comes back the same from an i32 slot; -0 does not. */
export function isI32(value: number): boolean {
  return (value | 0) === value && !Object.is(value, -0);
}

/** The narrowest kind that accepts `value`. */
export function kindOf(value: unknown): FieldKind {
  switch (typeof value) {
    case 'number':
      return isI32(value) ? KIND_I32 : KIND_F64;
    case 'boolean':
      return KIND_BOOLEAN;
    case 'string':
      return KIND_STRING;
    case 'undefined':
      return KIND_UNDEFINED;
    default:
      return value === null ? KIND_NULL : KIND_ANY;
  }
}

/** True when a field of kind `kind` can hold `value`. */
export function accepts(kind: FieldKind, value: unknown): boolean {
  return kind === KIND_ANY || joinKinds(kind, kindOf(value)) === kind;
}

/** The narrowest kind that accepts what either accepts. */
export function joinKinds(a: FieldKind, b: FieldKind): FieldKind {
  if (a === b) return a;
  const numbers = (a === KIND_I32 || a === KIND_F64) && (b === KIND_I32 || b === KIND_F64);
  return numbers ? KIND_F64 : KIND_ANY;
}

/**
 * True when an object with these keys may become a shape: few and short keys, no `__proto__` (which
 * an object literal would take for the prototype) and no array index (those make tables, not records).
 */
export function isShapeable(keys: readonly string[], limits: CodecLimits): boolean {
  if (keys.length > limits.maxShapeKeys) return false;
  for (const key of keys) {
    if (key.length > limits.maxKeyLength || key === '__proto__' || isIndexLike(key)) return false;
  }
  return true;
}

function isIndexLike(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= 48 && first <= 57 && String(Number(key)) === key;
}

/** Where the fields of a shape lie. */
export interface ShapeLayout {
  /** True when the slots start 8-aligned because some are f64. */
  readonly aligned: boolean;
  /** Bytes of all slots. */
  readonly fixedBytes: number;
  /** By field: the index of its slot from the base, in units of the slot; -1 without a slot. */
  readonly slots: readonly number[];
}

/** The layout of a shape, by its kinds alone. */
export function layoutOf(kinds: readonly FieldKind[]): ShapeLayout {
  let wide = 0;
  for (const kind of kinds) if (kind === KIND_F64) wide++;
  let nextWide = 0;
  let nextNarrow = wide * 2;
  const slots = kinds.map((kind) => {
    if (kind === KIND_F64) return nextWide++;
    return kind === KIND_I32 || kind === KIND_BOOLEAN || kind === KIND_STRING ? nextNarrow++ : -1;
  });
  return { aligned: wide > 0, fixedBytes: nextNarrow * 4, slots };
}

/** Where the slots start in a record whose tag word is at the 4-aligned `offset`. */
export function shapeBase(aligned: boolean, offset: number): number {
  return aligned ? align8(offset + 4) : offset + 4;
}
