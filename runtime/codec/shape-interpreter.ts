import {
  accepts,
  KIND_ANY,
  KIND_BOOLEAN,
  KIND_F64,
  KIND_I32,
  KIND_NULL,
  KIND_STRING,
  shapeBase,
} from './shape.js';
import type { ShapePlan } from './shape-family.js';
import type { Site } from './site.js';
import { FULL, MISS, TAG_SHAPE, tagWord } from './tags.js';
import type { ValueReader } from './value-reader.js';
import type { ValueWriter } from './value-writer.js';

/**
 * Writes an object by its plan, step by step: for shapes met seldom and where code generation is off.
 * Same bytes and same results as the generated encoder, which see.
 */
export function interpretShapeEncode(
  plan: ShapePlan,
  sites: readonly Site[],
  value: object,
  w: ValueWriter,
  o: number,
): number {
  const values = matchedValues(plan, value);
  if (values === null) return MISS;
  const { kinds, keys } = plan.shape;
  const { slots, aligned, fixedBytes } = plan.layout;
  const base = shapeBase(aligned, o);
  let q = base + fixedBytes;
  if (q > w.limit) return FULL;
  w.i32[o >> 2] = tagWord(TAG_SHAPE, plan.id);
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i];
    const each = values[i];
    if (kind === KIND_F64) w.f64[(base >> 3) + slots[i]!] = each as number;
    else if (kind === KIND_I32) w.i32[(base >> 2) + slots[i]!] = each as number;
    else if (kind === KIND_BOOLEAN) w.i32[(base >> 2) + slots[i]!] = each === true ? 1 : 0;
    else if (kind === KIND_STRING) {
      q = w.string(each as string, sites[i]!, (base >> 2) + slots[i]!, q);
      if (q < 0) return q;
    }
  }
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] !== KIND_ANY) continue;
    q = w.value(values[i], q, sites[i]!, keys[i]!);
    if (q < 0) return q;
  }
  return q;
}

/** The fields of `value` in order, each read once; null when it is not of the plan's shape. */
function matchedValues(plan: ShapePlan, value: object): unknown[] | null {
  const proto: unknown = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) return null;
  const { keys, kinds } = plan.shape;
  let count = 0;
  for (const key in value) if (key !== keys[count++]) return null;
  if (count !== keys.length) return null;
  const values: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const each = (value as Record<string, unknown>)[keys[i]!];
    if (!accepts(kinds[i]!, each)) return null;
    values.push(each);
  }
  return values;
}

/** Reads an object by its plan. The `any` fields come last, so that they can refer to the object. */
export function interpretShapeDecode(plan: ShapePlan, r: ValueReader, o: number): object {
  const { kinds, keys } = plan.shape;
  const { slots, aligned, fixedBytes } = plan.layout;
  const base = shapeBase(aligned, o);
  r.take(base + fixedBytes);
  const result: Record<string, unknown> = {};
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i];
    let each: unknown;
    if (kind === KIND_F64) each = r.f64[(base >> 3) + slots[i]!];
    else if (kind === KIND_I32) each = r.i32[(base >> 2) + slots[i]!];
    else if (kind === KIND_BOOLEAN) each = r.i32[(base >> 2) + slots[i]!] !== 0;
    else if (kind === KIND_STRING) each = r.string(r.i32[(base >> 2) + slots[i]!]!);
    else if (kind === KIND_NULL) each = null;
    result[keys[i]!] = each;
  }
  r.add(result);
  for (let i = 0; i < kinds.length; i++) {
    if (kinds[i] === KIND_ANY) result[keys[i]!] = r.value();
  }
  return result;
}
