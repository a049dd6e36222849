import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import t from 'tap';
import { START } from '#runtime/index.js';
import { CONTENT, headerValue, Kind, seal, singleKey } from '#runtime/journal/lmdb/descriptor.js';
import { LmdbJournal, LmdbReads } from '#runtime/journal/lmdb/index.js';
import { msgpackSerializer } from '#runtime/journal/msgpack-serializer.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { append, conformance } from './conformance.js';
import { temporaryFolder } from './folders.js';

t.test('the journal on LMDB keeps the contract', (t) =>
  conformance(t, { open: () => LmdbJournal.open({ path: temporaryFolder(t) }) }),
);

t.test('all is there when a store is opened again', async (t) => {
  const path = temporaryFolder(t);
  for (let run = 0; run < 3; run++) {
    const journal = await LmdbJournal.open({ path });
    t.equal((await journal.head('a')).version, run);
    t.equal((await journal.readAll('')).length, run * 2);
    t.equal(await journal.get('t', 'k'), run === 0 ? undefined : run - 1);
    const result = await journal.transact({
      appends: [
        { stream: 'a', expected: run, values: [run], epoch: run },
        { stream: `s${run}`, expected: 'noStream', values: [run] },
      ],
      puts: [{ table: 't', key: 'k', value: run }],
    });
    t.ok(result.ok);
    await journal.close();
  }
});

t.test(
  'a store that is written and truncated for ever stays as large as what it keeps',
  async (t) => {
    const path = temporaryFolder(t);
    const journal = await LmdbJournal.open({ path });
    for (let version = 1; version <= 300; version++) {
      const result = await journal.transact(
        {
          appends: [{ stream: `s${version % 3}`, expected: 'any', values: [version] }],
          truncates: [{ stream: `s${version % 3}`, before: 1_000_000 }],
        },
        { durability: 'committed' },
      );
      t.equal(result.ok && Number(result.position), version);
    }
    t.same(await journal.readAll(START), []);
    await journal.close();
    const database = open<Buffer, Buffer>({ path, encoding: 'binary', keyEncoding: 'binary' });
    const count = database.getKeysCount();
    t.ok(count < 10, `${count} keys are left`);
    await database.close();
    const again = await LmdbJournal.open({ path });
    const next = await append(again, 's1', 'next');
    t.equal(next.ok && Number(next.position), 301, 'and positions go on');
    await again.close();
  },
);

t.test(
  'a transaction is flushed when it is answered, whatever its caller would wait for',
  async (t) => {
    const journal = await LmdbJournal.open({ path: temporaryFolder(t) });
    t.teardown(() => journal.close());
    for (const durability of ['committed', 'flushed', undefined] as const) {
      const result = await journal.transact(
        { appends: [{ stream: 'a', expected: 'any', values: [1] }] },
        durability === undefined ? {} : { durability },
      );
      t.equal(result.ok && result.durability, 'flushed');
    }
  },
);

t.test('a flush ends after what was under way before it', async (t) => {
  const journal = await LmdbJournal.open({ path: temporaryFolder(t) });
  t.teardown(() => journal.close());
  let answered = 0;
  for (let i = 0; i < 20; i++) void append(journal, 'a', 'x'.repeat(10_000)).then(() => answered++);
  await journal.flush();
  t.equal(answered, 20);
  await journal.flush();
});

t.test('what waits is bounded, and what is refused says so', async (t) => {
  const journal = await LmdbJournal.open({ path: temporaryFolder(t) });
  t.teardown(() => journal.close());
  const waiting = Array.from({ length: 100_000 }, () => journal.transact({}));
  assertTroupeError(t, await rejection(journal.transact({})), 'ERR_JOURNAL_BUSY', '100000');
  t.ok((await Promise.all(waiting)).every(({ ok }) => ok));
});

t.test('one store has one writer', async (t) => {
  const path = temporaryFolder(t);
  const first = await LmdbJournal.open({ path, owner: 'me' });
  const other = await rejection(LmdbJournal.open({ path, owner: 'you' }));
  assertTroupeError(t, other, 'ERR_JOURNAL_LOCKED', path, 'this process');
  const code = `import { LmdbJournal } from '#runtime/journal/lmdb/index.js';
    await LmdbJournal.open({ path: ${JSON.stringify(path)} });`;
  const args = ['--input-type=module', '-e', code];
  const elsewhere = spawnSync(process.execPath, args, { encoding: 'utf8' });
  t.match(elsewhere.stderr, 'ERR_JOURNAL_LOCKED');
  t.match(elsewhere.stderr, `process ${process.pid}`);
  await append(first, 'a', 1);
  const second = await LmdbJournal.open({ path, owner: 'me' });
  await append(second, 'a', 2);
  const fenced = await rejection(append(first, 'a', 3));
  assertTroupeError(t, fenced, 'ERR_JOURNAL_LOCKED', 'taken over');
  t.equal((await second.head('a')).version, 2);
  await first.close();
  await append(second, 'a', 3);
  await second.close();
  const third = await LmdbJournal.open({ path });
  t.equal((await third.head('a')).version, 3);
  await third.close();
});

t.test('a writer that was killed does not keep the store', async (t) => {
  const path = temporaryFolder(t);
  const code = `import { LmdbJournal } from '#runtime/journal/lmdb/index.js';
    await LmdbJournal.open({ path: ${JSON.stringify(path)} });
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', code]);
  t.equal(child.signal, 'SIGKILL');
  const journal = await LmdbJournal.open({ path });
  t.ok((await append(journal, 'a', 1)).ok);
  await journal.close();
});

t.test('a process of the same number that was started later is another', async (t) => {
  if (!existsSync('/proc/self/stat')) {
    t.comment('skipped: no /proc here, which says when a process was started');
    return;
  }
  const path = temporaryFolder(t);
  await (await LmdbJournal.open({ path })).close();
  const serializer = await msgpackSerializer('test');
  const key = singleKey(Kind.OWNER);
  const owner = { pid: process.pid, birth: 'another boot/1', name: 'x', token: 'y' };
  const database = open<Buffer, Buffer>({ path, encoding: 'binary', keyEncoding: 'binary' });
  database.putSync(key, seal(key, serializer.encode(owner, CONTENT)));
  await database.close();
  const journal = await LmdbJournal.open({ path });
  t.ok((await append(journal, 'a', 1)).ok);
  await journal.close();
});

t.test('what is no store cannot be opened, and the error says why', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, 'text');
  const isFile = await rejection(LmdbJournal.open({ path: file }));
  assertTroupeError(t, isFile, 'ERR_JOURNAL_OPEN', 'not a folder', file);
  const none = join(folder, 'none');
  assertTroupeError(t, await rejection(LmdbReads.open(none)), 'ERR_JOURNAL_OPEN', none);
  t.notOk(existsSync(none), 'a reader makes nothing');
  const garbage = join(folder, 'garbage');
  mkdirSync(garbage);
  writeFileSync(join(garbage, 'data.mdb'), Buffer.alloc(16_384, 7));
  const damaged = await rejection(LmdbJournal.open({ path: garbage }));
  assertTroupeError(t, damaged, 'ERR_JOURNAL_DAMAGED', garbage);
  const foreign = join(folder, 'foreign');
  const database = open({ path: foreign });
  await database.put('key', 'value');
  await database.close();
  const notOurs = await rejection(LmdbJournal.open({ path: foreign }));
  assertTroupeError(t, notOurs, 'ERR_JOURNAL_OPEN', 'another LMDB database', foreign);
});

/** Changes the header of a store as another program could. */
async function setHeader(path: string, header: Buffer): Promise<void> {
  const database = open<Buffer, Buffer>({ path, encoding: 'binary', keyEncoding: 'binary' });
  database.putSync(singleKey(Kind.HEADER), header);
  await database.close();
}

t.test('a store of a newer format, or with a damaged header, is refused', async (t) => {
  const path = temporaryFolder(t);
  await (await LmdbJournal.open({ path })).close();
  const key = singleKey(Kind.HEADER);
  const newer = headerValue(key);
  newer.writeUInt16BE(2, 8);
  await setHeader(path, seal(key, newer));
  const error = await rejection(LmdbJournal.open({ path }));
  assertTroupeError(t, error, 'ERR_JOURNAL_VERSION', 'format 2', path);
  newer.writeUInt16BE(1, 8);
  await setHeader(path, newer);
  const damaged = await rejection(LmdbJournal.open({ path }));
  assertTroupeError(t, damaged, 'ERR_JOURNAL_DAMAGED', 'header', path);
});

t.test(
  'a value that cannot be stored is refused by its place, and nothing is written',
  async (t) => {
    const journal = await LmdbJournal.open({ path: temporaryFolder(t) });
    t.teardown(() => journal.close());
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    for (const [value, place] of [
      [() => 1, 'value'],
      [{ a: [{ f: () => 1 }] }, 'value.a[0].f'],
      [Symbol('s'), 'value'],
      [new Error('e'), 'an instance of Error'],
      [{ url: new URL('http://a') }, 'value.url'],
      [new Array(3), 'value[0]'],
      [cycle, 'cycle'],
    ] as const) {
      const error = await rejection(append(journal, 'a', 'first', value));
      assertTroupeError(t, error, 'ERR_JOURNAL_VALUE', place);
    }
    t.equal((await journal.head('a')).version, 0);
  },
);

t.test('a package that is missing is named, with the command that installs it', async (t) => {
  const root = temporaryFolder(t);
  const source = new URL('../../runtime/', import.meta.url);
  const dist = join(root, 'runtime');
  spawnSync('cp', ['-r', source.pathname, dist]);
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  const code = `import { LmdbJournal } from ${JSON.stringify(join(dist, 'journal/lmdb/index.js'))};
    await LmdbJournal.open({ path: ${JSON.stringify(join(root, 'store'))} });`;
  const args = ['--input-type=module', '-e', code];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root });
  t.match(run.stderr, 'ERR_JOURNAL_PACKAGE');
  t.match(run.stderr, 'npm i lmdb msgpackr');
});

t.test('a store that is deleted under the process fails its writes, and says so', async (t) => {
  const path = temporaryFolder(t);
  const journal = await LmdbJournal.open({ path });
  await append(journal, 'a', 1);
  rmSync(path, { recursive: true });
  const error = await rejection(append(journal, 'a', 2));
  assertTroupeError(t, error, 'ERR_JOURNAL_FAILED', 'deleted', path);
  assertTroupeError(t, await rejection(append(journal, 'a', 3)), 'ERR_JOURNAL_FAILED');
  assertTroupeError(t, await rejection(journal.flush()), 'ERR_JOURNAL_FAILED');
  await journal.close();
});

t.test('the code of LMDB is loaded by those only who open a store on it', async (t) => {
  const code = `import 'troupe'; import 'troupe/actors'; import 'troupe/journal';
    import { readFileSync } from 'node:fs';
    console.log(/lmdb.*\\.node/.test(readFileSync('/proc/self/maps', 'utf8')));`;
  if (!existsSync('/proc/self/maps')) {
    t.comment('skipped: no /proc here, which shows what is loaded');
    return;
  }
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    encoding: 'utf8',
  });
  t.equal(run.stdout, 'false\n', run.stderr);
  t.ok(readFileSync('/proc/self/maps', 'utf8').includes('lmdb'), 'as here, where it is used');
});
