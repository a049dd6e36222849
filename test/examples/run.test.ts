import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { Program } from '../support/program.js';

t.test('an example is run by its name, with its own arguments', async (t) => {
  const bench = new Program(t, 'run', ['ping-pong']);
  t.equal(await bench.ended, 0);
  t.match(bench.out, /^pong on thread 2 has played 10000 balls$/m);
  const help = new Program(t, 'run', ['cluster', '--help']);
  t.equal(await help.ended, 0);
  t.match(help.out, /^Usage: npm start/m);
});

t.test('without a name all are listed, and an unknown name is refused', async (t) => {
  const list = new Program(t, 'run');
  t.equal(await list.ended, 0);
  for (const name of ['word-count', 'bank', 'raft-kv', 'orders', 'shop', 'cluster']) {
    t.match(list.out, new RegExp(`^  ${name} `, 'm'));
  }
  const unknown = new Program(t, 'run', ['constructor']);
  t.equal(await unknown.ended, 2);
  t.match(unknown.err, /^there is no example 'constructor'$/m);
  t.equal(unknown.out, '');
});

t.test('every example has its name, and its place in the README', async (t) => {
  const folder = new URL('../../../examples/', import.meta.url);
  const readme = readFileSync(new URL('README.md', folder), 'utf8');
  const list = new Program(t, 'run');
  await list.ended;
  const names = readdirSync(folder)
    .filter((name) => !['README.md', 'readme', 'run.ts'].includes(name))
    .map((name) => name.replace(/\.ts$/, ''));
  t.ok(names.length >= 12, 'and they are found');
  for (const name of names) {
    t.match(list.out, new RegExp(`^  ${name} `, 'm'));
    t.match(readme, new RegExp(`^\\| \`${name}[./]`, 'm'));
  }
  const listed = [...list.out.matchAll(/^ {2}(\S+) /gm)].map(([, name]) => name);
  const table = readme.split('\n\n').find((part) => part.startsWith('| file'))!;
  const rows = [...table.matchAll(/^\| `([\w-]+)[./]/gm)].map(([, name]) => name);
  t.same(listed, rows, 'in one order, from the smallest to the largest');
  t.equal(rows.at(-1), 'cluster');
});
