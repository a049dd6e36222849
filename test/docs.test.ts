import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ERROR_CODES } from '../runtime/base/errors.js';
import { DEAD_LETTER_REASONS } from '../runtime/memory/counters.js';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const README = read('README.md');
const INSIDE = read('runtime/README.md');

t.test(
  'the example of the README is the one in examples/readme, which prints what it says',
  async (t) => {
    for (const file of ['counter.ts', 'app.ts']) {
      const block = README.split(`\`\`\`ts\n// ${file}\n`)[1]?.split('```')[0];
      t.equal(block, read(`examples/readme/${file}`), file);
    }
    const app = fileURLToPath(new URL('dist/examples/readme/app.js', ROOT));
    const run = spawnSync(process.execPath, [app], { encoding: 'utf8' });
    t.equal(run.stdout, '2\n5\n');
    t.equal(run.status, 0, run.stderr);
  },
);

t.test('the apps of the README that embed actors are those that the tests run', async (t) => {
  const blocks = README.split('```ts\n// main.ts\n').slice(1);
  const names = ['fastify', 'express'];
  t.equal(blocks.length, names.length);
  for (const [i, name] of names.entries()) {
    const code = read(`examples/embed-${name}/main.ts`).split('\n */\n')[1];
    t.equal(blocks[i]?.split('```')[0], code, name);
  }
});

t.test('the table of error codes is complete and says what the code says', async (t) => {
  const rows = [...INSIDE.matchAll(/^\| `(ERR_\w+)` +\| (.*?) +\|$/gm)];
  t.same(Object.fromEntries(rows.map(([, code, text]) => [code, text])), ERROR_CODES);
});

t.test('the table of dead letters is complete', async (t) => {
  const section = INSIDE.split('## Dead letters')[1]?.split('##')[0] ?? '';
  const rows = [...section.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, reason]) => reason);
  t.same(rows, DEAD_LETTER_REASONS);
});

t.test('every file that the documents name exists', async (t) => {
  for (const [path, text] of [
    ['', README],
    ['runtime/', INSIDE],
  ] as const) {
    for (const [, link] of text.matchAll(/\]\(([^):#]+)\)/g)) {
      t.ok(existsSync(new URL(link!, new URL(path, ROOT))), `${path}README.md: ${link}`);
    }
  }
  for (const [, file] of INSIDE.matchAll(/`((?:\w+\/)?[\w-]+\/[\w-]+\.ts)`/g)) {
    const inRuntime = existsSync(new URL(`runtime/${file}`, ROOT));
    t.ok(inRuntime || existsSync(new URL(file!, ROOT)), `runtime/README.md: ${file}`);
  }
});
