import { cpSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { ManualClock } from '#runtime/base/clock.js';
import { FilePresence } from '#runtime/journal/lmdb/file-presence.js';
import { temporaryFolder } from './folders.js';

interface Place {
  readonly folder: string;
  readonly file: string;
  readonly presence: FilePresence;
}

/** A store's folder whose file was looked for; settled: so often and so late that only the folder still is. */
function place(t: Test, isSettled: boolean): Place {
  const folder = join(temporaryFolder(t), 'store');
  mkdirSync(folder);
  const file = join(folder, 'data.mdb');
  writeFileSync(file, 'pages');
  const clock = new ManualClock();
  const presence = new FilePresence(folder, clock);
  t.ok(presence.isThere());
  if (!isSettled) return { folder, file, presence };
  // The times of files are the machine's: a later change has to have a later one.
  const { ctimeMs } = statSync(folder);
  for (let now = ctimeMs; now < ctimeMs + 50; now = Date.now());
  clock.advance(1000);
  t.ok(presence.isThere());
  t.ok(presence.isThere());
  return { folder, file, presence };
}

/** What becomes of the file, and whether it is still the one. */
const CHANGES: Readonly<Record<string, readonly [(place: Place) => void, boolean]>> = {
  'nothing happens': [() => {}, true],
  'its content changes': [({ file }) => writeFileSync(file, 'other pages'), true],
  'another file is made beside it': [({ folder }) => writeFileSync(join(folder, 'x'), ''), true],
  'it is deleted': [({ file }) => rmSync(file), false],
  'it is renamed': [({ file }) => renameSync(file, `${file}.old`), false],
  'a copy is put in its place': [
    ({ file }) => {
      cpSync(file, `${file}.new`);
      renameSync(`${file}.new`, file);
    },
    false,
  ],
  'its folder is deleted': [({ folder }) => rmSync(folder, { recursive: true }), false],
  'its folder is renamed': [({ folder }) => renameSync(folder, `${folder}.old`), false],
  'a copy of its folder is put in its place': [
    ({ folder }) => {
      cpSync(folder, `${folder}.new`, { recursive: true, preserveTimestamps: true });
      renameSync(folder, `${folder}.old`);
      renameSync(`${folder}.new`, folder);
    },
    false,
  ],
};

for (const isSettled of [false, true]) {
  for (const [what, [change, isThere]] of Object.entries(CHANGES)) {
    const when = isSettled ? 'long after the last change' : 'at once';
    t.test(`the file of a store is ${isThere ? 'there' : 'gone'} when ${what} ${when}`, (t) => {
      const at = place(t, isSettled);
      change(at);
      t.equal(at.presence.isThere(), isThere);
      t.equal(at.presence.isThere(), isThere, 'and so it stays');
      t.end();
    });
  }
}
