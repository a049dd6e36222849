import { pathToFileURL } from 'node:url';
import t from 'tap';
import { countOf, mutate, Sandbox } from './apply.js';
import type { Mutant } from './mutant.js';
import { MUTANTS } from './mutants.js';

const LEAST_COUNT = 32;
const FOLDERS = [
  'base',
  'memory',
  'codec',
  'ref',
  'mailbox',
  'scheduler',
  'actor',
  'supervision',
  'worker',
  'system',
];

const EXAMPLE: Mutant = { name: 'an example', file: 'a.js', find: 'if (a) b();', replace: '$&;' };

t.test('there are enough mutants, each with a name of its own', async (t) => {
  t.ok(MUTANTS.length >= LEAST_COUNT, `${MUTANTS.length} mutants`);
  t.equal(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
});

t.test('each mutant changes the runtime itself, not what tests it', async (t) => {
  const foreign = MUTANTS.filter(({ file }) => !FOLDERS.includes(file.split('/')[0]!));
  t.same(foreign, []);
});

t.test('no two mutants are the same', async (t) => {
  const texts = MUTANTS.map(({ file, find, replace }) => `${file}\n${find}\n${replace}`);
  t.equal(new Set(texts).size, MUTANTS.length);
});

t.test(
  'each mutant fits the built runtime in exactly one place and can still be loaded',
  async (t) => {
    const sandbox = await Sandbox.open();
    t.teardown(() => sandbox.close());
    for (const [index, mutant] of MUTANTS.entries()) {
      try {
        // Beside the right file, so that all other modules are loaded only once.
        const path = await sandbox.plant(
          mutant,
          mutant.file.replace(/\.js$/, `.mutant-${index}.js`),
        );
        await import(pathToFileURL(path).href);
        t.pass(mutant.name);
      } catch (error) {
        t.fail(`${mutant.name}: ${(error as Error).message}`);
      }
    }
  },
);

t.test('white space does not matter for where a mutant fits', async (t) => {
  t.equal(mutate('x;\nif (a)\n    b();\ny;', EXAMPLE), 'x;\n$&;\ny;');
});

t.test('a mutant that fits nowhere, or twice, is refused', async (t) => {
  t.throws(() => mutate('if (a) c();', EXAMPLE), { message: /occurs 0 times in a.js: an example/ });
  t.throws(() => mutate('if (a) b(); if (a) b();', EXAMPLE), { message: /occurs 2 times/ });
  t.equal(countOf('a+b a+b', 'a+b'), 2, 'what is looked for is no pattern');
});

t.test('a sandbox leaves the runtime that it was copied from as it is', async (t) => {
  const one = await Sandbox.open();
  t.teardown(() => one.close());
  await one.plant(MUTANTS[0]!);
  await t.rejects(one.plant(MUTANTS[0]!), { message: /occurs 0 times/ }, 'it is planted here');
  const other = await Sandbox.open();
  t.teardown(() => other.close());
  await t.resolves(other.plant(MUTANTS[0]!), 'and only here');
});
