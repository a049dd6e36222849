import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { hasCode, TroupeError } from '../../runtime/base/errors.js';
import { Extensions } from '../../runtime/codec/extensions.js';
import {
  TAG_ARRAY,
  TAG_MAP,
  TAG_OBJECT,
  TAG_SPARSE_ARRAY,
  TAG_STRING_8,
  TAG_UNDEFINED,
  tagWord,
} from '../../runtime/codec/tags.js';
import { holds, Line } from './round-trip.js';

class Point {
  x = 0;
}

function line(codeGeneration: boolean): Line {
  const extensions = new Extensions();
  extensions.register({
    name: 'point',
    class: Point,
    encode: (point) => point.x,
    decode: (x: number) => Object.assign(new Point(), { x }),
  });
  return new Line({ extensions, codeGeneration, regionBytes: 1 << 16 });
}

/** One of everything, so that flipped bits meet every reader. */
function specimens(): unknown[] {
  const shared = { id: 1 };
  const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  return [
    { type: 'inc', id: 1, value: 1.5, name: 'sensor', on: true, none: null, rest: [1, 'x'] },
    { type: 'text', text: 'a longer text that is not interned \u20ac', latin: 'é'.repeat(40) },
    [shared, shared, new Map([[shared, new Set([1n, -(2n ** 90n)])]])],
    [new Date(5), /a+/g, Object(1), Object('s'), -0, Number.NaN, 2 ** 31, undefined, false],
    [
      bytes,
      bytes.subarray(2, 4),
      new DataView(bytes.buffer, 1, 3),
      bytes.buffer,
      Buffer.from('hi'),
    ],
    [new Float64Array(3), new BigInt64Array(2), new Uint16Array([1, 2])],
    Object.assign(new Array(3), { 0: 1, 2: 3, name: 'holes' }),
    Object.assign(new RangeError('bad', { cause: new TroupeError('ERR_NAME', { what: 'w' }) }), {
      code: 'E_BAD',
      detail: { at: 1 },
    }),
    new AggregateError([new Error('one')], 'two'),
    new DOMException('gone', 'AbortError'),
    [new Point(), { nested: new Point() }],
    JSON.parse('{"__proto__": 1, "constructor": 2, "0": 3}'),
  ];
}

const MAX_RESULT_BYTES = 64 << 20;

/** Decodes; anything but a value or ERR_DAMAGED fails, and so do lasting harm and great hunger. */
function decodeSafely(target: Line, end: number): void {
  const before = process.memoryUsage();
  try {
    target.decoder.decode(target.region, 0, end);
  } catch (thrown) {
    if (!hasCode(thrown, 'ERR_DAMAGED')) throw thrown;
  }
  const after = process.memoryUsage();
  const grown = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  if (grown > MAX_RESULT_BYTES) throw new Error(`took ${grown} bytes`);
  deepStrictEqual(Reflect.ownKeys({}), []);
  deepStrictEqual(({} as Record<string, unknown>)['x'], undefined);
}

for (const codeGeneration of [true, false]) {
  const how = codeGeneration ? 'generated code' : 'interpretation';

  t.test(`random bytes are a value or ERR_DAMAGED, with ${how}`, async (t) => {
    const target = line(codeGeneration);
    for (let i = 0; i < 10; i++) for (const each of specimens()) target.send(each);
    const word = fc
      .tuple(fc.integer({ min: 0, max: 30 }), fc.nat(40))
      .map(([a, b]) => tagWord(a, b));
    const words = fc.array(fc.oneof(word, word, fc.integer()), { maxLength: 60 });
    const ownKeys = Reflect.ownKeys(Object.prototype).length;
    holds(
      t,
      fc.property(words, fc.nat(7), (all, cut) => {
        all.forEach((each, i) => {
          target.region.i32[i] = each;
        });
        decodeSafely(target, Math.max(0, all.length * 4 - cut));
      }),
      20_000,
    );
    t.equal(Reflect.ownKeys(Object.prototype).length, ownKeys, 'no prototype was changed');
  });

  t.test(`messages with flipped bits are a value or ERR_DAMAGED, with ${how}`, async (t) => {
    const target = line(codeGeneration);
    for (let i = 0; i < 10; i++) for (const each of specimens()) target.send(each);
    const encoded = specimens().map((each) => target.bytesOf(each));
    const flips = fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 4 });
    holds(
      t,
      fc.property(fc.nat(encoded.length - 1), flips, fc.nat(9), (which, bits, cut) => {
        const bytes = Buffer.from(encoded[which]!);
        for (const [at, bit] of bits) bytes[at % bytes.length]! ^= 1 << bit;
        target.region.bytes.set(bytes);
        decodeSafely(target, cut < 8 ? bytes.length : at(bits, bytes.length));
      }),
      20_000,
    );
  });
}

function at(bits: [number, number][], length: number): number {
  return bits[0]![0] % length;
}

t.test('a count that cannot be true is refused before anything is allocated', async (t) => {
  const target = line(true);
  const { i32 } = target.region;
  for (const tag of [TAG_ARRAY, TAG_OBJECT, TAG_MAP, TAG_STRING_8]) {
    i32[0] = tagWord(tag, 0xffffff);
    i32[1] = -1;
    i32[2] = TAG_UNDEFINED;
    t.throws(() => target.decoder.decode(target.region, 0, 12), { code: 'ERR_DAMAGED' });
  }
  i32[0] = tagWord(TAG_SPARSE_ARRAY, 0);
  i32[1] = 31_000_000;
  i32[2] = 0;
  decodeSafely(target, 12);
  t.equal((target.decoder.decode(target.region, 0, 12) as unknown[]).length, 31_000_000);
});

t.test('a record outside its region is refused', async (t) => {
  const target = line(true);
  for (const [from, to] of [
    [4, 8],
    [-8, 8],
    [8, 0],
    [0, 1 << 17],
    [Number.NaN, 8],
  ] as const) {
    t.throws(() => target.decoder.decode(target.region, from, to), { code: 'ERR_DAMAGED' });
  }
  t.throws(() => target.decoder.decode(target.region, 0, 0), { code: 'ERR_DAMAGED' });
});

t.test(
  'nesting deeper than the limit is refused by both ends, at any size of the stack',
  async (t) => {
    const target = line(true);
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = i % 2 ? [deep] : { type: 'node', next: deep };
    t.throws(() => target.encoder.encode(deep, target.region, 0, 1 << 16), {
      code: 'ERR_NOT_SENDABLE',
      where: /^message\[0\]\.next\[0\]/,
      message: /nested deeper than 1000 levels/,
    });
    for (let i = 0; i < 16_000; i++) target.region.i32[i] = tagWord(TAG_ARRAY, 1);
    t.throws(() => target.decoder.decode(target.region, 0, 64_000), {
      code: 'ERR_DAMAGED',
      message: /nested deeper/,
    });
    t.equal(target.send(5), 5, 'and the next message passes');
    let allowed: unknown = 1;
    for (let i = 0; i < 1000; i++) allowed = { next: allowed };
    const encoded = JSON.stringify(target.send(allowed));
    t.equal(encoded, JSON.stringify(allowed), 'the limit itself is allowed');
  },
);

const HOSTILE_KEYS = [
  '"];process.exit(7);//',
  "'+process.exit(7)+'",
  '`$' + '{process.exit(7)}`',
  '\\',
  '\u2028',
  '\u2029',
  '\n*/',
  '\ud800',
  '',
  'constructor',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'prototype',
  'arguments',
];

t.test('keys are data, whatever they say', async (t) => {
  for (const codeGeneration of [true, false]) {
    const target = line(codeGeneration);
    const message = Object.fromEntries(HOSTILE_KEYS.map((key, i) => [key, i]));
    const nested = {
      type: 'keys',
      message,
      text: Object.fromEntries(HOSTILE_KEYS.map((k) => [k, k])),
    };
    for (let i = 0; i < 12; i++) deepStrictEqual(target.send(nested), nested);
    const own = JSON.parse('{"type":"own","__proto__":{"x":1}}');
    for (let i = 0; i < 12; i++) {
      const got = target.send(own) as object;
      t.same(Object.keys(got), ['type', '__proto__']);
      t.equal(Object.getPrototypeOf(got), Object.prototype);
    }
  }
});

t.test('a flood of shapes and strings ends in the generic path, in bounded memory', async (t) => {
  const target = new Line({ dictionaryBytes: 16_384 });
  target.send({ type: 'first', id: 1 });
  for (let i = 0; i < 10_000; i++) {
    const value = { [`key${i}`]: i, type: `type${i}`, [`other${i % 97}`]: `text${i}` };
    for (let k = 0; k < 3; k++) deepStrictEqual(target.send(value), value);
  }
  const published = target.dictionary.i32[1]!;
  t.ok(published <= 16_384, `${published} bytes`);
  for (let i = 0; i < 8; i++) {
    const value = { type: 'late', id: i, name: 'still passes' };
    t.same(target.send(value), value);
  }
  t.equal(target.dictionary.i32[1], published, 'nothing is learned any more');
});
