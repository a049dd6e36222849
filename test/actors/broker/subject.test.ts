import fc from 'fast-check';
import t from 'tap';
import {
  checkPattern,
  checkSubject,
  isLiteral,
  matches,
  overlaps,
  subjectFault,
} from '#actors/broker/subject.js';
import { SubjectTrie } from '#actors/broker/subject-trie.js';

const code = { code: 'ERR_BROKER_SUBJECT' };

t.test('subjects that NATS refuses are refused, and so are wildcards', async (t) => {
  for (const bad of [
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    'a b',
    'a\tb',
    'a\n',
    'a\u007f',
    '*',
    'a.>',
    'a*',
  ]) {
    t.throws(() => checkSubject(bad), code, JSON.stringify(bad));
  }
  t.throws(() => checkSubject('a'.repeat(10_000)), code);
  t.throws(() => checkSubject(Array(40).fill('a').join('.')), code);
  t.throws(() => checkSubject(null as never), code);
  for (const good of ['a', 'orders.eu.created', 'ü.漢.$x', 'a-b_c'])
    t.doesNotThrow(() => checkSubject(good));
});

t.test('patterns have wildcards as tokens of their own, the tail last', async (t) => {
  for (const bad of ['', 'a*', '*a', 'a.b*', '>.a', 'a.>b', 'a>.b', '**', 'a.>.b', 'a..>']) {
    t.throws(() => checkPattern(bad), code, bad);
  }
  for (const good of ['*', '>', 'a.*', '*.a', 'a.*.b.>', '*.*.>'])
    t.doesNotThrow(() => checkPattern(good));
  t.ok(isLiteral('a.b'));
  for (const wild of ['*', '>', 'a.*', '*.a', 'a.*.b', 'a.>']) t.notOk(isLiteral(wild), wild);
});

t.test('a pattern matches as NATS says', async (t) => {
  t.ok(matches('a.b', 'a.b'));
  t.notOk(matches('a.b', 'a.bc'));
  t.notOk(matches('a.b', 'a'));
  t.ok(matches('a.*.c', 'a.xyz.c'));
  t.notOk(matches('a.*', 'a.b.c'));
  t.notOk(matches('a.*', 'a'));
  t.ok(matches('a.>', 'a.b'));
  t.ok(matches('a.>', 'a.b.c'));
  t.notOk(matches('a.>', 'a'));
  t.ok(matches('>', 'a'));
});

const token = fc.constantFrom('a', 'b', 'cc');
const subject = fc.array(token, { minLength: 1, maxLength: 5 }).map((tokens) => tokens.join('.'));
const pattern = fc
  .tuple(fc.array(fc.oneof(token, fc.constant('*')), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([tokens, isTail]) => (isTail ? [...tokens, '>'] : tokens).join('.'));

/** The plain meaning of a pattern. */
function asRegExp(text: string): RegExp {
  const source = text
    .split('.')
    .map((each) => (each === '*' ? '[^.]+' : each === '>' ? '.+' : each))
    .join('\\.');
  return new RegExp(`^${source}$`);
}

t.test(
  'matching is what the grammar means, and overlap is that something matches both',
  async () => {
    fc.assert(
      fc.property(pattern, pattern, subject, (one, other, text) => {
        if (subjectFault(one, true) !== undefined) return false;
        if (matches(one, text) !== asRegExp(one).test(text)) return false;
        return !(matches(one, text) && matches(other, text)) || overlaps(one, other);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(pattern, pattern, (one, other) => {
        // A witness: where both have a wildcard, any token does.
        const tokens = one.split('.').map((each, i) => {
          const twin = other.split('.')[i];
          return each === '*' || each === '>'
            ? twin === '*' || twin === '>' || !twin
              ? 'a'
              : twin
            : each;
        });
        const longer = other.split('.').slice(tokens.length);
        const rest = one.endsWith('>')
          ? longer.map((each) => (each === '*' || each === '>' ? 'a' : each))
          : [];
        const witness = [...tokens, ...rest].join('.');
        return overlaps(one, other) === (matches(one, witness) && matches(other, witness));
      }),
      { numRuns: 2000 },
    );
  },
);

t.test('the trie finds exactly what matches, also after some have gone', async () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { maxLength: 40 }),
      fc.array(subject, { maxLength: 20 }),
      fc.array(fc.nat(39), { maxLength: 20 }),
      (patterns, subjects, gone) => {
        const trie = new SubjectTrie<number>();
        const left = new Map(patterns.map((each, i) => [i, each]));
        for (const [i, each] of left) trie.add(each, i);
        for (const i of gone) {
          const each = left.get(i);
          if (each === undefined) continue;
          left.delete(i);
          if (!trie.remove(each, i) || trie.remove(each, i)) return false;
        }
        if (trie.size !== left.size) return false;
        return subjects.every((text) => {
          const found = [...trie.match(text)].sort((a, b) => a - b);
          const expected = [...left].filter(([, each]) => matches(each, text)).map(([i]) => i);
          return found.join() === expected.join();
        });
      },
    ),
    { numRuns: 500 },
  );
});
