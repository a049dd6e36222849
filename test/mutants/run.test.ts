import t from 'tap';
import { judge } from './run.js';

const OPTIONS = { seeds: 300, deadlineMs: 1000 };

t.test('a simulation that ends well has found nothing', async (t) => {
  const verdict = judge({ exitCode: 0, output: '300 seeds', ms: 5 }, OPTIONS);
  t.same(verdict, { isFound: false, seedCount: 300, check: '' });
});

t.test('a simulation that names a seed has found the fault after the seeds up to it', async (t) => {
  const output = [
    'begins',
    'FAILED seed 14 check order after 5 seeds',
    'seed 14 breaks a promise (order), hash 0:',
    '  step 70: 3 came after 4',
    '  step 71: 4 came after 5',
  ].join('\n');
  const verdict = judge({ exitCode: 1, output, ms: 5 }, OPTIONS);
  t.same(verdict, { isFound: true, seedCount: 5, check: 'order: 3 came after 4' });
});

t.test('a simulation that does not end has found a fault', async (t) => {
  const verdict = judge({ exitCode: null, output: '', ms: 1001 }, OPTIONS);
  t.match(verdict, { isFound: true, seedCount: Number.NaN, check: 'no end within 1 s' });
});

t.test('a simulation that something else has ended says nothing', async (t) => {
  const run = { exitCode: null, output: '', ms: 400 };
  t.throws(() => judge(run, OPTIONS), { message: /ended from outside/ });
});

t.test('a simulation that misses a situation has found a fault', async (t) => {
  const output = '600 seeds, 9 steps\nnever occurred: a watcher is told';
  const verdict = judge({ exitCode: 1, output, ms: 5 }, OPTIONS);
  t.match(verdict, { isFound: true, seedCount: 300, check: 'never: a watcher is told' });
});

t.test('a simulation that breaks down has found a fault, and says its first error', async (t) => {
  const output = 'file:///a.js:1\n\nTypeError: x is no function\n    at a\nNode.js v20';
  const verdict = judge({ exitCode: 7, output, ms: 5 }, OPTIONS);
  t.match(verdict, { isFound: true, check: 'exit code 7: TypeError: x is no function' });
});
