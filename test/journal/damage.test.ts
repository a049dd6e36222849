import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { START } from '#runtime/index.js';
import { LmdbJournal } from '#runtime/journal/lmdb/index.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { append } from './conformance.js';
import type { Outcome } from './fixtures/reader-process.js';
import { temporaryFolder } from './folders.js';

const STREAM_COUNT = 4;
const RECORD_COUNT = 60;
const READER = fileURLToPath(new URL('./fixtures/reader-process.js', import.meta.url));

/** The text of one record: found in the file by the test, and by nothing else. */
const textOf = (stream: string, version: number): string => `<${stream}:${version}>`.repeat(20);

async function fill(path: string): Promise<void> {
  const journal = await LmdbJournal.open({ path });
  for (let version = 1; version <= RECORD_COUNT; version++) {
    for (let s = 0; s < STREAM_COUNT; s++) await append(journal, `s${s}`, textOf(`s${s}`, version));
  }
  await journal.transact({ puts: [{ table: 't', key: 'good', value: 1 }] });
  await journal.transact({ puts: [{ table: 't', key: 'k', value: '[the value of the key]' }] });
  await journal.close();
}

/** Flips a byte in each copy of a text in the file: LMDB keeps old pages until it needs them. */
function flip(path: string, text: string): void {
  const file = join(path, 'data.mdb');
  const bytes = readFileSync(file);
  let found = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    bytes[at + 1]! ^= 1;
    found++;
  }
  if (found === 0) throw new Error(`'${text}' is not in the file`);
  writeFileSync(file, bytes);
}

t.test('a damaged record stops its stream with an error that names it, and no other', async (t) => {
  const path = temporaryFolder(t);
  await fill(path);
  flip(path, textOf('s2', 33));
  const journal = await LmdbJournal.open({ path });
  t.teardown(() => journal.close());
  for (const read of [() => journal.read('s2'), () => journal.readAll(START)]) {
    const error = await rejection(read());
    assertTroupeError(t, error, 'ERR_JOURNAL_DAMAGED', "record 33 of stream 's2'", path);
  }
  t.equal((await journal.read('s2', { limit: 32 })).length, 32, 'what is before it can be read');
  t.equal((await journal.read('s2', { from: 34 })).length, RECORD_COUNT - 33);
  for (const stream of ['s0', 's1', 's3']) {
    t.equal((await journal.read(stream)).length, RECORD_COUNT);
    t.ok((await append(journal, stream, 'more')).ok);
  }
});

t.test('a damaged value of a table is an error that names its key', async (t) => {
  const path = temporaryFolder(t);
  await fill(path);
  flip(path, '[the value of the key]');
  const journal = await LmdbJournal.open({ path });
  t.teardown(() => journal.close());
  for (const read of [() => journal.get('t', 'k'), () => journal.scan('t')]) {
    assertTroupeError(t, await rejection(read()), 'ERR_JOURNAL_DAMAGED', "key 'k' of table 't'");
  }
  t.equal(await journal.get('t', 'good'), 1);
});

/** Opens and reads stores in a process of its own, because LMDB itself writes to standard error what it finds. */
function readElsewhere(folders: readonly string[]): readonly Outcome[] {
  const child = spawnSync(process.execPath, [READER, String(STREAM_COUNT), ...folders], {
    encoding: 'utf8',
  });
  if (child.status !== 0) {
    throw new Error(`the reader ended with ${child.status ?? child.signal}: ${child.stderr}`);
  }
  return JSON.parse(child.stdout) as Outcome[];
}

t.test('a file that lacks its end is refused, or what is read of it is right', async (t) => {
  const path = temporaryFolder(t);
  await fill(path);
  const size = statSync(join(path, 'data.mdb')).size;
  const folders = Array.from({ length: 20 }, (_, part) => join(path, `torn-${part + 1}`));
  const left = folders.map((torn, i) => {
    mkdirSync(torn);
    const file = join(torn, 'data.mdb');
    copyFileSync(join(path, 'data.mdb'), file);
    truncateSync(file, Math.floor((size * (i + 1)) / 20) - ((i + 1) % 3));
    return statSync(file).size;
  });
  const outcomes = readElsewhere(folders);
  t.equal(outcomes.length, folders.length);
  let refused = 0;
  for (const [i, outcome] of outcomes.entries()) {
    const torn = folders[i]!;
    if ('refusal' in outcome) {
      t.equal(outcome.refusal.code, 'ERR_JOURNAL_DAMAGED', outcome.refusal.message);
      t.ok(outcome.refusal.message.includes(torn), 'the error names the store');
      t.equal(statSync(join(torn, 'data.mdb')).size, left[i], 'the file is as it was');
      refused++;
    } else {
      t.equal(outcome.streams.length, STREAM_COUNT);
      for (const [s, values] of outcome.streams.entries()) {
        const isRight = values?.every((value, v) => value === textOf(`s${s}`, v + 1)) ?? true;
        t.ok(isRight, `stream s${s} of ${torn}`);
      }
    }
  }
  t.ok(refused > 0, `${refused} of 20 were refused`);
});

t.test('a full disk refuses what does not fit, and keeps what was there', async (t) => {
  const path = temporaryFolder(t);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path]).status !== 0) {
    t.comment('skipped: a small tmpfs cannot be mounted here, it takes root');
    return;
  }
  t.teardown(() => spawnSync('umount', ['-l', path]));
  // LMDB shows on the console what it is refused by the disk, before it rejects the commit.
  const shown = t.capture(console, 'error');
  const journal = await LmdbJournal.open({ path });
  let written = 0;
  let error: unknown;
  while (error === undefined && written < 200) {
    try {
      await append(journal, 'a', `${written}`.padEnd(20_000, '.'));
      written++;
    } catch (thrown) {
      error = thrown;
    }
  }
  assertTroupeError(t, error, 'ERR_JOURNAL_FULL', path);
  t.ok(written > 3, `${written} fitted`);
  const both = await Promise.allSettled([
    append(journal, 'b', '.'.repeat(2_000_000)),
    append(journal, 'c', 1),
  ]);
  assertTroupeError(t, (both[0] as PromiseRejectedResult).reason, 'ERR_JOURNAL_FULL');
  t.equal((await journal.read('a')).length, written);
  await journal.transact({ truncates: [{ stream: 'a', before: written }] }).catch(() => undefined);
  await journal.close();
  const again = await LmdbJournal.open({ path });
  t.equal((await again.head('a')).version, written);
  await again.close();
  const causes = shown().map(({ args }) => String(args[0]));
  t.ok(
    causes.every((cause) => /Input\/output error|No space left/.test(cause)),
    causes.join('\n'),
  );
});
