import t from 'tap';
import { isLinearizable, type Operation } from './linearizability.js';

/** `put 1 0-2`: the value and the time; `get 1 0-2`; `cas 1>2 0-2 1`; an end of `?` is unknown. */
function history(...lines: string[]): Operation[] {
  return lines.map((line, client) => {
    const [type = '', what = '', time = '', result = ''] = line.split(' ');
    const [begin = '', end = ''] = time.split('-');
    const [expected = '0', value = what] = what.includes('>') ? what.split('>') : ['0', what];
    return {
      client,
      type: type as Operation['type'],
      value: Number(value),
      expected: Number(expected),
      begin: Number(begin),
      end: end === '?' ? Number.POSITIVE_INFINITY : Number(end),
      result: type === 'get' ? Number(what) : Number(result),
      hint: 0,
    };
  });
}

const GOOD = [
  ['put 1 0-1', 'get 1 2-3'],
  ['get 0 0-1', 'put 1 2-3'],
  ['put 1 0-5', 'get 0 1-2', 'get 1 3-4'],
  ['put 1 0-9', 'put 2 0-9', 'get 2 10-11'],
  ['put 1 0-?', 'get 0 5-6', 'get 1 7-8'],
  ['put 1 0-1', 'cas 1>2 2-3 1', 'get 2 4-5'],
  ['put 1 0-1', 'cas 9>2 2-3 0', 'get 1 4-5'],
  ['cas 0>2 0-? 0', 'get 2 4-5'],
];

const BAD = [
  ['put 1 0-1', 'get 0 2-3'],
  ['get 1 0-1', 'put 1 2-3'],
  ['put 1 0-9', 'get 1 1-2', 'get 0 3-4'],
  ['put 1 0-1', 'put 2 2-3', 'get 1 4-5'],
  ['put 1 0-?', 'get 1 5-6', 'get 0 7-8'],
  ['put 1 0-1', 'cas 9>2 2-3 1'],
  ['put 1 0-1', 'cas 1>2 2-3 1', 'cas 1>3 4-5 1'],
  ['get 7 0-1'],
];

t.test('histories with an order are accepted', async (t) => {
  for (const lines of GOOD) t.ok(isLinearizable(history(...lines)), lines.join(', '));
});

t.test('histories without one are found', async (t) => {
  for (const lines of BAD) t.notOk(isLinearizable(history(...lines)), lines.join(', '));
});

t.test('wrong hints make the search longer, and its result no other', async (t) => {
  for (const [lines, expected] of [
    ...GOOD.map((l) => [l, true]),
    ...BAD.map((l) => [l, false]),
  ] as [string[], boolean][]) {
    const operations = history(...lines).map((each, i) => ({ ...each, hint: -i }));
    t.equal(isLinearizable(operations), expected, lines.join(', '));
  }
});
