import fc from 'fast-check';
import t from 'tap';
import { DEFAULT_LIMITS } from '../../runtime/codec/limits.js';
import {
  accepts,
  type FieldKind,
  isShapeable,
  joinKinds,
  KIND_ANY,
  KIND_BOOLEAN,
  KIND_F64,
  KIND_I32,
  KIND_NULL,
  KIND_STRING,
  KIND_UNDEFINED,
  kindOf,
  layoutOf,
  shapeBase,
} from '../../runtime/codec/shape.js';
import { holds } from './round-trip.js';

const KINDS: FieldKind[] = [1, 2, 3, 4, 5, 6, 7];

t.test('the kind of a value is the narrowest that keeps it', async (t) => {
  const table: [unknown, FieldKind][] = [
    [0, KIND_I32],
    [-(2 ** 31), KIND_I32],
    [2 ** 31, KIND_F64],
    [-0, KIND_F64],
    [Number.NaN, KIND_F64],
    [1.5, KIND_F64],
    [true, KIND_BOOLEAN],
    ['', KIND_STRING],
    [null, KIND_NULL],
    [undefined, KIND_UNDEFINED],
    [1n, KIND_ANY],
    [{}, KIND_ANY],
    [() => 1, KIND_ANY],
  ];
  for (const [value, kind] of table) {
    t.equal(kindOf(value), kind);
    for (const each of KINDS) {
      const wider = each === kind || each === KIND_ANY || (kind === KIND_I32 && each === KIND_F64);
      t.equal(accepts(each, value), wider);
    }
  }
});

t.test('joining kinds only ever widens, and two steps reach the top', async (t) => {
  for (const a of KINDS) {
    t.equal(joinKinds(a, a), a);
    for (const b of KINDS) {
      const joined = joinKinds(a, b);
      t.equal(joined, joinKinds(b, a));
      t.equal(joinKinds(joined, a), joined);
      t.equal(joinKinds(joinKinds(joined, KIND_BOOLEAN), KIND_STRING), KIND_ANY);
    }
  }
});

t.test('slots do not overlap, f64 slots are aligned, and nothing lies outside', async (t) => {
  const kinds = fc.array(fc.constantFrom(...KINDS), { maxLength: 64 });
  const disjoint = (all: FieldKind[], word: number) => {
    const { aligned, fixedBytes, slots } = layoutOf(all);
    const base = shapeBase(aligned, word * 4);
    const used = new Set<number>();
    for (const [i, slot] of slots.entries()) {
      if (slot < 0) continue;
      const size = all[i] === KIND_F64 ? 8 : 4;
      const at = slot * size;
      if ((base + at) % size !== 0 || at + size > fixedBytes) return false;
      for (let byte = at; byte < at + size; byte += 4) {
        if (used.has(byte)) return false;
        used.add(byte);
      }
    }
    return used.size * 4 === fixedBytes && base >= word * 4 + 4;
  };
  holds(t, fc.property(kinds, fc.nat(100), disjoint), 500);
});

t.test('tables, strange and large objects are no shapes', async (t) => {
  const { maxShapeKeys, maxKeyLength } = DEFAULT_LIMITS;
  const keys = (n: number) => Array.from({ length: n }, (_, i) => `k${i}`);
  t.ok(isShapeable([], DEFAULT_LIMITS));
  t.ok(isShapeable(['a', '0x', '01', '', 'constructor'], DEFAULT_LIMITS));
  t.ok(isShapeable(keys(maxShapeKeys), DEFAULT_LIMITS));
  t.notOk(isShapeable(keys(maxShapeKeys + 1), DEFAULT_LIMITS));
  t.ok(isShapeable(['x'.repeat(maxKeyLength)], DEFAULT_LIMITS));
  t.notOk(isShapeable(['x'.repeat(maxKeyLength + 1)], DEFAULT_LIMITS));
  for (const key of ['__proto__', '0', '42']) t.notOk(isShapeable([key], DEFAULT_LIMITS));
});
