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
import t, { type Test } from 'tap';
import { hasCode, type Journal, START } from '#runtime/index.js';
import { LmdbJournal } from '#runtime/journal/lmdb/index.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { append } from './conformance.js';
import { temporaryFolder } from './folders.js';

const STREAM_COUNT = 4;
const RECORD_COUNT = 60;

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

/** Reads all streams. @returns how many records were right; those that were not must be said to be damaged */
async function readWhatIsLeft(t: Test, journal: Journal): Promise<number> {
  let count = 0;
  for (let s = 0; s < STREAM_COUNT; s++) {
    try {
      const records = await journal.read(`s${s}`);
      t.ok(records.every(({ version, value }) => value === textOf(`s${s}`, version)));
      count += records.length;
    } catch (error) {
      if (!hasCode(error, 'ERR_JOURNAL_DAMAGED')) throw error;
    }
  }
  return count;
}

t.test('a file that lacks its end is refused, or what is read of it is right', async (t) => {
  const path = temporaryFolder(t);
  await fill(path);
  const size = statSync(join(path, 'data.mdb')).size;
  let refused = 0;
  for (let part = 1; part <= 20; part++) {
    const torn = join(path, `torn-${part}`);
    mkdirSync(torn);
    const file = join(torn, 'data.mdb');
    copyFileSync(join(path, 'data.mdb'), file);
    truncateSync(file, Math.floor((size * part) / 20) - (part % 3));
    const left = statSync(file).size;
    try {
      const journal = await LmdbJournal.open({ path: torn });
      await readWhatIsLeft(t, journal);
      await journal.close();
    } catch (error) {
      assertTroupeError(t, error, 'ERR_JOURNAL_DAMAGED', torn);
      t.equal(statSync(file).size, left, 'the file is as it was');
      refused++;
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
});
