import fc from 'fast-check';
import t from 'tap';
import { checkLinearizable, type Operation } from '#runtime/testkit/index.js';
import { type KvInput, REGISTER } from '../raft-simulation/kv.js';

type KvOperation = Operation<KvInput, number | boolean>;

/** `put 1 0-2`: the value and the time; `get 1 0-2`; `cas 1>2 0-2 1`; an end of `?` is unknown. */
function history(...lines: string[]): KvOperation[] {
  return lines.map((line) => {
    const [type = '', what = '', time = '', result = ''] = line.split(' ');
    const [begin = '', end = ''] = time.split('-');
    const [expected = '0', value = what] = what.includes('>') ? what.split('>') : ['0', what];
    return {
      key: 'k',
      input: {
        type: type as KvInput['type'],
        value: Number(value),
        expected: Number(expected),
      },
      begin: Number(begin),
      end: end === '?' ? Number.POSITIVE_INFINITY : Number(end),
      output: type === 'get' ? Number(what) : type === 'put' || result === '1',
    };
  });
}

const verdictOf = (operations: KvOperation[]): string =>
  checkLinearizable(operations, REGISTER).type;

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
  for (const lines of GOOD) t.equal(verdictOf(history(...lines)), 'linearizable', lines.join(', '));
});

t.test('histories without one are found', async (t) => {
  for (const lines of BAD) t.equal(verdictOf(history(...lines)), 'violation', lines.join(', '));
});

t.test('wrong hints make the search longer, and its result no other', async (t) => {
  for (const [all, expected] of [
    [GOOD, 'linearizable'],
    [BAD, 'violation'],
  ] as const) {
    for (const lines of all) {
      const operations = history(...lines).map((each, i) => ({ ...each, hint: -i }));
      t.equal(verdictOf(operations), expected, lines.join(', '));
    }
  }
});

t.test('each key is checked by itself, and the one that has no order is named', async (t) => {
  const good = history('put 1 0-1', 'get 1 2-3').map((each) => ({ ...each, key: 1 }));
  const bad = history('put 2 0-1', 'get 1 2-3').map((each) => ({ ...each, key: 2 }));
  t.equal(verdictOf(good), 'linearizable');
  const result = checkLinearizable([...good, ...bad], REGISTER);
  t.match(result, { type: 'violation', key: 2, longest: [bad[0]], unfit: [bad[1]] });
});

t.test('a long history with operations of unknown outcome is decided', async (t) => {
  const lines: string[] = [];
  for (let i = 1; i <= 10_000; i += 2) {
    lines.push(`put ${i} ${i}-${i % 1000 === 1 ? '?' : i + 1}`);
    if (i % 1000 !== 1) lines.push(`get ${i} ${i + 1.5}-${i + 1.7}`);
  }
  t.equal(verdictOf(history(...lines)), 'linearizable');
  t.equal(verdictOf(history(...lines, 'get 7 10002-10003')), 'violation');
});

t.test('a search that takes too long says so', async (t) => {
  const lines = Array.from({ length: 30 }, (_, i) => `put ${i + 1} 0-1`);
  const result = checkLinearizable(history(...lines, 'get 99 2-3'), REGISTER, 1000);
  t.match(result, { type: 'undecided', key: 'k' });
});

const arbitraryOperation = fc.record({
  key: fc.constant('k'),
  input: fc.record({
    type: fc.constantFrom<KvInput['type'][]>('put', 'cas', 'get'),
    value: fc.integer({ min: 1, max: 3 }),
    expected: fc.integer({ min: 0, max: 3 }),
  }),
  begin: fc.integer({ min: 0, max: 8 }),
  lasts: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(Number.POSITIVE_INFINITY)),
  answer: fc.integer({ min: 0, max: 3 }),
});

/** Tries every order of every subset that has all answered operations. */
function hasOrder(operations: readonly KvOperation[], state = 0): boolean {
  if (operations.every(({ end }) => end === Number.POSITIVE_INFINITY)) return true;
  return operations.some((operation) => {
    if (operations.some((other) => other !== operation && other.end < operation.begin))
      return false;
    const [after, output] = REGISTER.apply(state, operation.input);
    const isFit = operation.end === Number.POSITIVE_INFINITY || output === operation.output;
    const rest = operations.filter((each) => each !== operation);
    return isFit && hasOrder(rest, after);
  });
}

t.test('it finds what trying all orders finds', async () => {
  fc.assert(
    fc.property(fc.array(arbitraryOperation, { maxLength: 6 }), (drawn) => {
      const operations = drawn.map(({ lasts, answer, ...each }) => ({
        ...each,
        end: each.begin + lasts,
        output: each.input.type === 'get' ? answer : each.input.type === 'put' || answer > 1,
      }));
      const expected = hasOrder(operations) ? 'linearizable' : 'violation';
      return verdictOf(operations) === expected;
    }),
    { numRuns: 2000 },
  );
});
