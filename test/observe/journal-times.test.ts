import t from 'tap';
import { openJournal, startJournal } from '#actors/index.js';
import { JOURNAL_DURATIONS } from '#runtime/base/duration-meter.js';
import type { ActorSystem, StoreOptions } from '#runtime/index.js';
import { overviewOf } from '#runtime/observe/overview.js';
import { temporaryFolder } from '../journal/folders.js';
import { startPostgres } from '../journal/postgres-server.js';
import { type Cleanup, startSystem } from '../support/system.js';

/** Transactions of a test, the same number one after the other and all at once. */
const COUNT = 20;

const postgres = await startPostgres();
if (typeof postgres === 'string') t.comment(`PostgreSQL was skipped: ${postgres}`);
else t.teardown(() => postgres.stop());

/** Writes to a journal on a thread. */
async function write(system: ActorSystem, store: StoreOptions, placement: number): Promise<void> {
  const address = await startJournal(system, store, { placement });
  const journal = openJournal(system, address);
  const append = () =>
    journal.transact({ appends: [{ stream: 's', expected: 'any', values: [1] }] });
  for (let i = 0; i < COUNT; i++) await append();
  await Promise.all(Array.from({ length: COUNT }, append));
  await journal.close();
}

function histograms(system: ActorSystem, thread: number) {
  return system.figures().threads[thread]!.measured!.histograms;
}

const DURABLE: Readonly<Record<string, ((t: Cleanup) => StoreOptions) | undefined>> = {
  lmdb: (t) => ({ kind: 'lmdb', path: temporaryFolder(t) }),
  postgres:
    typeof postgres === 'string' ? undefined : () => ({ kind: 'postgres', url: postgres.url }),
};

for (const [kind, storeOf] of Object.entries(DURABLE)) {
  for (const placement of [0, 1]) {
    const skip = storeOf === undefined && String(postgres);
    t.test(`${kind} on thread ${placement}: commits and flushes are timed`, { skip }, async (t) => {
      const system = await startSystem(t, { metrics: true, threads: 1 });
      const before = system.figures();
      await write(system, storeOf!(t), placement);
      const { journalTransact, journalCommit, journalFlush } = histograms(system, placement);
      t.equal(journalTransact.count, 2 * COUNT, 'each transaction');
      t.ok(journalCommit.count > COUNT, 'each alone, and those that came together');
      t.ok(journalCommit.count < 2 * COUNT, 'in fewer commits');
      t.equal(journalFlush.count, journalCommit.count);
      t.ok(journalFlush.sumMs > 0 && journalFlush.sumMs <= journalCommit.sumMs);
      t.ok(journalCommit.sumMs <= journalTransact.sumMs);
      t.equal(histograms(system, 1 - placement).journalFlush.count, 0, 'where the writer lives');
      const text = system.prometheus();
      for (const name of ['transact', 'commit', 'flush']) {
        const line = `^troupe_journal_${name}_seconds_count\\{.*thread="${placement}"\\} [1-9]`;
        t.match(text, new RegExp(line, 'm'));
      }
      const { latency } = overviewOf(system.figures(), before);
      t.ok(latency.journalFlush.p50Ms! <= latency.journalFlush.p99Ms!);
    });
  }
}

t.test('a store in memory answers, and commits nothing', async (t) => {
  const system = await startSystem(t, { metrics: true, threads: 1 });
  t.notMatch(system.prometheus(), /journal/, 'without a journal there is nothing of one');
  await write(system, { kind: 'memory' }, 1);
  const { journalTransact, journalCommit } = histograms(system, 1);
  t.equal(journalTransact.count, 2 * COUNT);
  t.equal(journalCommit.count, 0);
});

t.test('without metrics nothing is timed', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  await write(system, { kind: 'lmdb', path: temporaryFolder(t) }, 1);
  t.equal(system.figures().threads[1]!.measured, undefined);
  const { latency } = overviewOf(system.figures(), system.figures());
  for (const name of JOURNAL_DURATIONS) t.equal(latency[name].count, 0);
});
