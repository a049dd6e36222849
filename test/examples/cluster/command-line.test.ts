import { readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Program } from '../../support/program.js';

/** Runs it, and holds that it ended with a clear word, without a stack, and left nothing behind. */
async function refused(
  t: Test,
  args: readonly string[],
  code: number,
  message: RegExp,
): Promise<void> {
  const tmp = t.testdir();
  const cluster = new Program(t, 'cluster/main', args, { TMPDIR: tmp });
  t.equal(await cluster.ended, code, args.join(' '));
  t.match(cluster.err, message);
  t.notMatch(cluster.err, /^ +at /m, 'without a stack');
  t.equal(cluster.out, '');
  t.same(readdirSync(tmp), [], 'nothing is left behind');
}

t.test('wrong usage is told, with exit code 2', async (t) => {
  await refused(t, ['--fast'], 2, /^Unknown option '--fast'[\s\S]*--help says what there is\n$/);
  await refused(t, ['more'], 2, /^Unexpected argument 'more'/);
  await refused(t, ['--seconds', '0'], 2, /^--seconds is '0', not an integer from 1 to 3600\n$/);
  await refused(t, ['--port', '65536'], 2, /^--port is '65536', not an integer from 0 to 65535\n$/);
  await refused(t, ['--data', ''], 2, /^--data is empty, not a folder\n$/);
});

t.test('a port in use is told', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const message = new RegExp(`^port ${port} is in use: name another by --port`);
  await refused(t, ['--port', String(port)], 1, message);
  await refused(t, ['--serve', '--port', String(port)], 1, message);
});

t.test('a data folder that cannot be used is told', async (t) => {
  const folder = t.testdir({
    file: 'not a folder',
    other: { 'notes.txt': 'of somebody else' },
    old: { 'cluster.json': '{"version":0}' },
    damaged: { 'cluster.json': '{"versi' },
  });
  const data = (name: string): string[] => ['--data', join(folder, name)];
  const before = readdirSync(folder, { recursive: true }).length;
  for (const [name, message] of [
    ['file', /file cannot be written: EEXIST/],
    ['file/below', /below cannot be written: ENOTDIR/],
    ['other', /other holds something else: name a folder of its own\n$/],
    ['old', /old is of version 0, and this program of version 1: name another folder\n$/],
    ['damaged', /cluster\.json cannot be read: /],
  ] as const) {
    await t.test(name, async (t) => refused(t, data(name), 1, message));
  }
  t.equal(readdirSync(folder, { recursive: true }).length, before);
});
