import { generate, quote } from './code-generation.js';
import { MAX_FILLING_BYTES } from './limits.js';
import {
  type FieldKind,
  KIND_ANY,
  KIND_BOOLEAN,
  KIND_F64,
  KIND_I32,
  KIND_NULL,
  KIND_STRING,
  KIND_UNDEFINED,
} from './shape.js';
import type { FlatDecode, ShapeDecode, ShapeEncode, ShapePlan } from './shape-family.js';
import type { Site } from './site.js';
import { FULL, MISS, TAG_SHAPE, TAG_STRING_REF, tagWord } from './tags.js';

/**
 * Generates the encoder of one shape: straight-line code that first verifies prototype, keys in order
 * and kinds (MISS before a byte is written), then stores the slots, then the strings, then the `any` fields.
 * Keys are hostile input; they enter the text as quoted literals only.
 */
export function generateShapeEncoder(plan: ShapePlan, sites: readonly Site[]): ShapeEncode {
  const { keys, kinds } = plan.shape;
  const { slots, aligned, fixedBytes } = plan.layout;
  const each = (part: (i: number, kind: FieldKind) => string) =>
    kinds.map((kind, i) => part(i, kind)).join('');
  const source = `function encodeShape(v, w, o) {
  const proto = getPrototypeOf(v);
  if (proto !== objectPrototype && proto !== null) return ${MISS};
  let n = 0;
  for (const k in v) { if (k !== keys[n]) return ${MISS}; n++; }
  if (n !== ${keys.length}) return ${MISS};
  ${each((i, kind) => `const a${i} = v[${quote(keys[i]!)}];\n  ${guard(kind, `a${i}`)}`)}
  const p = ${aligned ? '(o + 11) & -8' : 'o + 4'};
  let q = p + ${fixedBytes};
  if (q > w.limit) return ${FULL};
  const i32 = w.i32, x = p >> 2;
  ${aligned ? 'const f64 = w.f64, y = p >> 3;' : ''}
  i32[o >> 2] = ${tagWord(TAG_SHAPE, plan.id)};
  ${each((i, kind) => store(kind, `a${i}`, `s${i}`, slots[i]!))}
  ${each((i, kind) => (kind === KIND_ANY ? `if ((q = w.value(a${i}, q, s${i}, ${quote(keys[i]!)})) < 0) return q;\n  ` : ''))}
  return q;
}`;
  const bindings: Record<string, unknown> = {
    getPrototypeOf: Object.getPrototypeOf,
    objectPrototype: Object.prototype,
    is: Object.is,
    keys: [...keys, undefined],
  };
  sites.forEach((site, i) => {
    bindings[`s${i}`] = site;
  });
  return generate<ShapeEncode>(bindings, source);
}

function guard(kind: FieldKind, name: string): string {
  const miss = (condition: string) => `if (${condition}) return ${MISS};\n  `;
  switch (kind) {
    case KIND_I32:
      return miss(`typeof ${name} !== 'number' || (${name} | 0) !== ${name} || is(${name}, -0)`);
    case KIND_F64:
      return miss(`typeof ${name} !== 'number'`);
    case KIND_BOOLEAN:
      return miss(`typeof ${name} !== 'boolean'`);
    case KIND_STRING:
      return miss(`typeof ${name} !== 'string'`);
    case KIND_NULL:
      return miss(`${name} !== null`);
    case KIND_UNDEFINED:
      return miss(`${name} !== undefined`);
    default:
      return '';
  }
}

function store(kind: FieldKind, name: string, site: string, slot: number): string {
  switch (kind) {
    case KIND_F64:
      return `f64[y + ${slot}] = ${name};\n  `;
    case KIND_I32:
      return `i32[x + ${slot}] = ${name};\n  `;
    case KIND_BOOLEAN:
      return `i32[x + ${slot}] = ${name} ? 1 : 0;\n  `;
    case KIND_STRING:
      return (
        `if (${name} === ${site}.lastText) i32[x + ${slot}] = ${site}.lastWord;\n  ` +
        `else if ((q = w.string(${name}, ${site}, x + ${slot}, q)) < 0) return q;\n  `
      );
    default:
      return '';
  }
}

/**
 * Generates the decoder of one shape: one bounds check for the fixed section, one object literal,
 * then the `any` fields, which may refer to the object. A whole message without such fields gets no number:
 * nothing in it could refer to it.
 */
export function generateShapeDecoder(plan: ShapePlan): ShapeDecode {
  const { keys, kinds } = plan.shape;
  const { slots, aligned, fixedBytes } = plan.layout;
  const strings = kinds.map((kind, i) =>
    kind === KIND_STRING ? `const a${i} = r.string(i32[x + ${slots[i]}]);\n  ` : '',
  );
  const literal = kinds.map((kind, i) => `${quote(keys[i]!)}: ${load(kind, i, slots[i]!)}`);
  const rest = kinds.map((kind, i) =>
    kind === KIND_ANY ? `v[${quote(keys[i]!)}] = r.value();\n  ` : '',
  );
  const source = `function decodeShape(r, o) {
  const p = ${aligned ? '(o + 11) & -8' : 'o + 4'};
  r.take(p + ${fixedBytes});
  const i32 = r.i32, x = p >> 2;
  ${aligned ? 'const f64 = r.f64, y = p >> 3;' : ''}
  ${strings.join('')}
  const v = { ${literal.join(', ')} };
  ${kinds.includes(KIND_ANY) ? '' : 'if (r.depth > 1) '}r.add(v);
  ${rest.join('')}
  return v;
}`;
  return generate<ShapeDecode>({}, source);
}

/**
 * Generates the short way to read a whole message of a shape without `any` fields, all of whose strings stand in
 * the dictionary: it needs no reader, because nothing in it has a length of its own, and it cannot fail.
 * @param strings those of the dictionary, which grows
 */
export function generateFlatDecoder(plan: ShapePlan, strings: readonly string[]): FlatDecode {
  const { keys, kinds } = plan.shape;
  const { slots, aligned, fixedBytes } = plan.layout;
  const texts = kinds.map((kind, i) =>
    kind === KIND_STRING
      ? `const w${i} = i32[x + ${slots[i]}], n${i} = w${i} >>> 8;
  if ((w${i} & 0xff) !== ${TAG_STRING_REF} || n${i} >= strings.length) return null;
  const a${i} = strings[n${i}];\n  `
      : '',
  );
  const literal = kinds.map((kind, i) => `${quote(keys[i]!)}: ${load(kind, i, slots[i]!)}`);
  const source = `function decodeFlat(i32, f64, o, end) {
  const p = ${aligned ? '(o + 11) & -8' : 'o + 4'}, filling = end - p - ${fixedBytes};
  if (filling < 0 || filling > ${MAX_FILLING_BYTES}) return null;
  const x = p >> 2${aligned ? ', y = p >> 3' : ''};
  ${texts.join('')}
  return { ${literal.join(', ')} };
}`;
  return generate<FlatDecode>({ strings }, source);
}

function load(kind: FieldKind, i: number, slot: number): string {
  switch (kind) {
    case KIND_F64:
      return `f64[y + ${slot}]`;
    case KIND_I32:
      return `i32[x + ${slot}]`;
    case KIND_BOOLEAN:
      return `i32[x + ${slot}] !== 0`;
    case KIND_STRING:
      return `a${i}`;
    case KIND_NULL:
      return 'null';
    default:
      return 'undefined';
  }
}
