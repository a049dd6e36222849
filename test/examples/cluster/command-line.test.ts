import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from 'lmdb';
import t, { type Test } from 'tap';
import { headerValue, Kind, seal, singleKey } from '#runtime/journal/lmdb/descriptor.js';
import { LmdbJournal } from '#runtime/journal/lmdb/index.js';
import { Program, type RunOptions } from '../../support/program.js';

const MAIN = fileURLToPath(new URL('../../../examples/cluster/main.js', import.meta.url));
/** A user without rights, where the tests run as one who may write anywhere. */
const NOBODY = 65_534;
const uid = process.getuid?.() === 0 ? NOBODY : undefined;

/** Runs it, and holds that it ended with a clear word, without a stack, and left nothing behind. */
async function refused(
  t: Test,
  args: readonly string[],
  code: number,
  message: RegExp,
  { tmp = t.testdir(), ...how }: RunOptions & { readonly tmp?: string } = {},
): Promise<void> {
  const cluster = new Program(t, 'cluster/main', args, { TMPDIR: tmp }, how);
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
    newer: { 'cluster.json': '{"version":2}' },
    damaged: { 'cluster.json': '{"versi' },
  });
  const data = (name: string): string[] => ['--data', join(folder, name)];
  const before = readdirSync(folder, { recursive: true }).length;
  for (const [name, message] of [
    ['file', /file cannot be written: EEXIST/],
    ['file/below', /below cannot be written: ENOTDIR/],
    ['other', /other holds something else: name a folder of its own\n$/],
    ['old', /old is of version 0, and this program of version 1: name another folder\n$/],
    ['newer', /newer is of version 2, and this program of version 1: name another folder\n$/],
    ['damaged', /cluster\.json cannot be read: /],
  ] as const) {
    await t.test(name, async (t) => refused(t, data(name), 1, message));
  }
  t.equal(readdirSync(folder, { recursive: true }).length, before);
});

/** What stands in the way of running the program as a user without rights; false when nothing does. */
function cannotBeNobody(): string | false {
  if (uid === undefined) return false;
  const { status } = spawnSync(process.execPath, ['-e', `fs.accessSync('${MAIN}')`], { uid });
  return status !== 0 && `user ${uid} cannot read ${MAIN}`;
}

t.test('a folder that may not be written is told', { skip: cannotBeNobody() }, async (t) => {
  const folder = t.testdir({ locked: {}, half: { 'cluster.json': '{"version":1}', journal: {} } });
  const at = (name: string): string => join(folder, name);
  if (uid !== undefined) chownSync(at('half'), uid, uid);
  for (const name of ['locked', 'half/journal']) chmodSync(at(name), 0o555);
  const how = uid === undefined ? {} : { uid };
  const before = readdirSync(folder, { recursive: true }).sort();
  for (const mode of [[], ['--serve']]) {
    for (const [name, message] of [
      ['locked', /locked cannot be written: EACCES/],
      ['locked/below', /below cannot be written: EACCES/],
      [
        'half',
        /half: the store failed: Permission denied.*; mend: let this user write .*\[ERR_JOURNAL_OPEN\]\n$/,
      ],
    ] as const) {
      await t.test([name, ...mode].join(' '), async (t) =>
        refused(t, ['--data', at(name), ...mode], 1, message, how),
      );
    }
  }
  const tmp = at('locked');
  await refused(t, [], 1, /^no temporary folder: EACCES.*; name one by --data\n$/, { tmp, ...how });
  t.same(readdirSync(folder, { recursive: true }).sort(), before);
});

t.test('a store of a newer format is told, and left as it is', async (t) => {
  const folder = join(t.testdir(), 'data');
  const path = join(folder, 'journal');
  mkdirSync(folder);
  writeFileSync(join(folder, 'cluster.json'), '{"version":1}\n');
  await (await LmdbJournal.open({ path })).close();
  const key = singleKey(Kind.HEADER);
  const newer = headerValue(key);
  newer.writeUInt16BE(2, 8);
  const database = open<Buffer, Buffer>({ path, encoding: 'binary', keyEncoding: 'binary' });
  database.putSync(key, seal(key, newer));
  await database.close();
  const before = readdirSync(folder, { recursive: true }).sort();
  const message =
    /data: the store has format 2, the newest known here is 1; .*\[ERR_JOURNAL_VERSION\]\n$/;
  for (const mode of [[], ['--serve']]) {
    await t.test(`cluster ${mode}`, async (t) =>
      refused(t, ['--data', folder, ...mode], 1, message),
    );
  }
  t.same(readdirSync(folder, { recursive: true }).sort(), before);
});
