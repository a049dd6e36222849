import { deepStrictEqual } from 'node:assert/strict';
import t from 'tap';
import { Line } from './round-trip.js';

/** Often enough that both ends have generated code. */
const WARM = 12;

t.test('whatever kind a field had so far, any other value still arrives', async (t) => {
  const values = [
    5,
    1.5,
    -0,
    0,
    2 ** 31,
    Number.NaN,
    true,
    'text',
    null,
    undefined,
    7n,
    [1],
    { a: 1 },
  ];
  for (const codeGeneration of [true, false]) {
    for (const usual of values) {
      for (const other of values) {
        const line = new Line({ codeGeneration, dictionaryBytes: 1024, regionBytes: 1024 });
        for (let i = 0; i < WARM; i++) line.send({ type: 'kind', field: usual });
        for (const field of [other, usual, other]) {
          deepStrictEqual(line.send({ type: 'kind', field }), { type: 'kind', field });
        }
      }
    }
  }
  t.pass('every pair of kinds');
});

t.test('fewer, more, other and reordered keys are not taken for the usual ones', async (t) => {
  for (const codeGeneration of [true, false]) {
    const line = new Line({ codeGeneration });
    const usual = { type: 'keys', a: 1, b: 2 };
    const others = [
      { type: 'keys', a: 1 },
      { type: 'keys' },
      { type: 'keys', a: 1, b: 2, c: 3 },
      { type: 'keys', a: 1, b: 2, undefined: 3 },
      { type: 'keys', b: 2, a: 1 },
      { type: 'keys', a: 1, c: 2 },
      {},
    ];
    for (let i = 0; i < WARM; i++) line.send(usual);
    for (let i = 0; i < WARM; i++) {
      for (const each of [...others, usual]) {
        const got = line.send(each) as object;
        deepStrictEqual(got, each);
        t.same(Object.keys(got), Object.keys(each));
      }
    }
  }
});

t.test('an instance of a class is not taken for a plain object with its keys', async (t) => {
  class Inc {
    type = 'inc';
    id = 1;
  }
  const line = new Line();
  for (let i = 0; i < WARM; i++) line.send({ type: 'inc', id: i });
  t.throws(() => line.send(new Inc()), { code: 'ERR_NOT_SENDABLE', message: /Inc/ });
});
