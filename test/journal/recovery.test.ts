import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { SeededRandom } from '#runtime/base/random.js';
import { type Journal, START, type StoredRecord } from '#runtime/index.js';
import { LmdbJournal } from '#runtime/journal/lmdb/index.js';
import { temporaryFolder } from './folders.js';

const ROUNDS = process.env['SOAK'] === undefined ? 20 : 200;
const SEED = Number(process.env['SEED'] ?? process.hrtime()[1]);
const STREAM_COUNT = 5;
const WRITER = fileURLToPath(new URL('./fixtures/writer-process.js', import.meta.url));

/** Runs the writer and kills it after so many numbers were said to be flushed. @returns the last one said */
function runAndKill(path: string, count: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const said: number[] = [];
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      said.push(...lines.map(Number));
      if (said.length >= count) child.kill('SIGKILL');
    });
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(Math.max(...said));
      else reject(new Error(`the writer ended by itself with ${code ?? signal}`));
    });
  });
}

async function readWhole(journal: Journal): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  for (;;) {
    const page = await journal.readAll(all.at(-1)?.position ?? START);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

async function readStream(journal: Journal, stream: string): Promise<readonly StoredRecord[]> {
  return journal.read(stream, { limit: 1_000_000 });
}

/** Holds that each number up to the last is there once and whole, in all places that its transaction wrote to. */
async function checkWhole(t: Test, journal: Journal): Promise<number> {
  const all = await readStream(journal, 'all');
  const wrong = all.find(({ version, value }) => version !== value);
  t.equal(wrong, undefined, 'each number stands at its version');
  for (let s = 0; s < STREAM_COUNT; s++) {
    const records = await readStream(journal, `s${s}`);
    const numbers = records.map(({ value }) => value as { n: number; big: bigint });
    const expected = all.map(({ version }) => version).filter((n) => n % STREAM_COUNT === s);
    t.same(
      numbers.map(({ n }) => n),
      expected,
      `stream s${s} has just the numbers of its transactions`,
    );
    t.ok(numbers.every(({ n, big }) => big === BigInt(n)));
    t.equal(await journal.get('last', `s${s}`), expected.at(-1), 'and the table is of the same');
  }
  const whole = await readWhole(journal);
  t.equal(whole.length, 2 * all.length, 'the order of commits has each record once');
  t.ok(
    whole.every(({ position }, i) => i === 0 || Number(position) > Number(whole[i - 1]!.position)),
  );
  return all.length;
}

t.test(
  `a writer killed ${ROUNDS} times loses nothing flushed, and leaves nothing half`,
  async (t) => {
    t.comment(`seed ${SEED}`);
    const random = new SeededRandom(SEED);
    const path = temporaryFolder(t);
    let flushed = 0;
    for (let round = 1; round <= ROUNDS; round++) {
      const count = 1 + Math.floor(random.next() ** 3 * 400);
      flushed = Math.max(flushed, await runAndKill(path, count));
      const journal = await LmdbJournal.open({ path });
      try {
        const written = await checkWhole(t, journal);
        t.ok(
          written >= flushed,
          `seed ${SEED} round ${round}: ${written} are there, ${flushed} flushed`,
        );
      } finally {
        await journal.close();
      }
    }
  },
);
