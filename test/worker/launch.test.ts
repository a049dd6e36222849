import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { launching } from '#runtime/worker/launch.js';

const require = createRequire(import.meta.url);
const MODULE = new URL('./fixtures/launched.js', import.meta.url).href;

/** What piscina does in a thread, as far as loading goes: it requires the file and takes the export. */
async function run(module: string, name: string, task: unknown): Promise<unknown> {
  const { filename, name: handler, taskOf } = launching(module, name);
  const loaded = require(fileURLToPath(filename));
  return (handler === 'default' ? loaded : loaded[handler])(taskOf(task));
}

t.test('what a thread requires is CommonJS, which a kill can interrupt at any point', async (t) => {
  const { filename } = launching(MODULE, 'double');
  t.match(filename, /\.cjs$/);
  t.equal(typeof require(fileURLToPath(filename)), 'function');
});

t.test('the launcher imports a module and calls its export with the task', async (t) => {
  t.equal(await run(MODULE, 'double', 21), 42);
  t.equal(await run(MODULE, 'noSuchName', 21), 63, 'the default export stands for any other name');
});

t.test('a module without that function, or none at all, rejects the task', async (t) => {
  const empty = new URL('./fixtures/launched-empty.js', import.meta.url).href;
  await t.rejects(run(empty, 'double', 1), { message: /exports no function double/ });
  await t.rejects(run('file:///no/such.js', 'double', 1), { code: 'ERR_MODULE_NOT_FOUND' });
});

t.test('in a one-file bundle there is no launcher: the module is loaded directly', async (t) => {
  const none = new URL('./no-such-file.cjs', import.meta.url);
  const { filename, name, taskOf } = launching(MODULE, 'double', none);
  t.strictSame([filename, name, taskOf(7)], [MODULE, 'double', 7]);
});
