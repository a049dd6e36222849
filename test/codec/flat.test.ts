import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { holds, Line } from './round-trip.js';

/** Often enough that both ends have generated code, and strings are in the dictionary. */
const WARM = 12;
/** Bytes behind a record that may be its filling. */
const FILLING = 7;

const READING = { type: 'inc', id: 7, value: 1.5, name: 'sensor', on: true, none: null };

/** A line that knows the shape and the strings of a message. */
function warmed(value: object, codeGeneration = true): Line {
  const line = new Line({ codeGeneration });
  for (let i = 0; i < WARM; i++) line.send(value);
  return line;
}

/** What the long way reads, or undefined when it says that the record is damaged. */
function decoded(line: Line, end: number): unknown {
  try {
    return line.decoder.decode(line.region, 0, end);
  } catch {
    return undefined;
  }
}

/** The short way gives what the long way gives, or nothing. @returns whether it gave something */
function agrees(line: Line, end: number): boolean {
  const flat = line.decoder.decodeFlat(line.region, 0, end);
  if (flat === null) return false;
  const value = decoded(line, end);
  deepStrictEqual(flat, value);
  deepStrictEqual(Object.keys(flat), Object.keys(value as object));
  return true;
}

t.test('a message of a well-known shape is read the short way, whatever its filling', async (t) => {
  const line = warmed(READING);
  const { length } = line.bytesOf(READING);
  for (let end = 0; end <= length + 2 * FILLING; end++) {
    t.equal(agrees(line, end), end >= length && end <= length + FILLING, `${end} of ${length}`);
  }
});

t.test('what is not of the simplest form is left to the long way', async (t) => {
  const others = [
    { type: 'inc', inner: { id: 1 } },
    { type: 'inc', text: 'a text that is too long for the dictionary, and so is not in it at all' },
    [1, 2],
  ];
  for (const value of others) {
    const line = warmed(value);
    t.equal(line.decoder.decodeFlat(line.region, 0, line.bytesOf(value).length), null);
  }
  const cold = new Line();
  t.equal(cold.decoder.decodeFlat(cold.region, 0, cold.bytesOf(READING).length), null);
  const plain = warmed(READING, false);
  t.equal(plain.decoder.decodeFlat(plain.region, 0, plain.bytesOf(READING).length), null);
});

t.test('a damaged record is never read the short way as anything else', async (t) => {
  const line = warmed(READING);
  const bytes = line.bytesOf(READING);
  let read = 0;
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      bytes.copy(line.region.bytes);
      line.region.bytes[at]! ^= 1 << bit;
      if (agrees(line, bytes.length)) read++;
    }
  }
  t.ok(read > 0, 'a number that is another number cannot be told');
  t.ok(read < bytes.length * 8);
});

t.test('records of any fields', async (t) => {
  const field = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.constantFrom('a', 'b', 'c'),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
  );
  const record = fc.dictionary(fc.constantFrom('type', 'id', 'constructor', 'né'), field);
  let read = 0;
  const property = fc.property(fc.array(record, { maxLength: 5 }), (records) => {
    const line = new Line();
    for (let i = 0; i < WARM; i++) {
      for (const each of records) {
        line.send(each);
        if (agrees(line, line.bytesOf(each).length)) read++;
      }
    }
  });
  holds(t, property, 200);
  t.ok(read > 0, 'some were read the short way');
});

t.test('who is no plain object is not taken for one by its constructor', async (t) => {
  const line = warmed({ type: 'inc', id: 1 });
  const posing = Object.assign(Object.create({ constructor: Object }) as object, {
    type: 'inc',
    id: 1,
  });
  t.throws(() => line.send(posing), { code: 'ERR_NOT_SENDABLE' });
  const own = { type: 'inc', id: 1, constructor: 'mine' };
  t.strictSame(line.send(own), own);
  const bare = Object.assign(Object.create(null) as object, { type: 'inc', id: 1 });
  t.strictSame(line.send(bare), { type: 'inc', id: 1 });
});
