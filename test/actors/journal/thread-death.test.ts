import t from 'tap';
import { openJournal, startJournal } from '#actors/index.js';
import type { ActorSystem } from '#runtime/index.js';
import { temporaryFolder } from '../../journal/folders.js';
import { startSystem } from '../../support/system.js';
import { JournalUser } from './fixtures/journal-user.js';

const KILL_COUNT = 4;
/** Deaths that the system and its supervisors put up with. */
const DEATHS = {
  threadIntensity: { intensity: 100, periodMs: 60_000 },
  supervision: { intensity: 100, periodMs: 60_000 },
};

const STREAMS = ['s0', 's1', 's2', 's3'];

/** Kills a thread, and resolves when another has taken its place. */
function replaceThread(system: ActorSystem, thread: number): Promise<void> {
  const replaced = new Promise<void>((resolve) => {
    system.events.once('thread-replaced', () => resolve());
  });
  system.killThread(thread);
  return replaced;
}

t.test(
  'a writer whose thread is killed under load loses nothing that it said was flushed',
  async (t) => {
    const system = await startSystem(t, DEATHS);
    const store = { kind: 'lmdb', path: temporaryFolder(t) } as const;
    const address = await startJournal(system, store, { placement: 1 });
    const journal = openJournal(system, address);
    const flushed = new Map(STREAMS.map((stream) => [stream, 0]));
    let isOver = false;
    let enough: () => void = () => {};
    let said = 0;
    const write = async (stream: string): Promise<void> => {
      while (!isOver) {
        const append = { stream, expected: 'any', values: [stream] } as const;
        const result = await journal.transact({ appends: [append] }).catch(() => undefined);
        if (!result?.ok) continue;
        flushed.set(stream, Math.max(flushed.get(stream)!, result.versions[0]!));
        if (++said >= 20) enough();
      }
    };
    const writers = STREAMS.flatMap((stream) => [write(stream), write(stream), write(stream)]);
    for (let kill = 0; kill < KILL_COUNT; kill++) {
      said = 0;
      await new Promise<void>((resolve) => {
        enough = resolve;
      });
      await replaceThread(system, 1);
    }
    isOver = true;
    await Promise.all(writers);
    for (const stream of STREAMS) {
      const records = await journal.read(stream, { limit: 1_000_000 });
      t.ok(records.length >= flushed.get(stream)!, `${stream}: ${records.length} records`);
      t.ok(records.every(({ version, value }, i) => version === i + 1 && value === stream));
    }
    t.equal((await journal.readAll('', 1_000_000)).length > 0, true);
  },
);

t.test('threads that read a store can be killed, and their successors read on', async (t) => {
  const system = await startSystem(t, DEATHS);
  const address = await startJournal(system, { kind: 'lmdb', path: temporaryFolder(t) });
  const user = system.spawn(JournalUser, { address, name: 'a' }, { placement: 1 });
  for (let round = 1; round <= KILL_COUNT; round++) {
    await user.ask({ type: 'append', n: 1n });
    const reads = Array.from({ length: 20 }, () => user.ask({ type: 'sum', stream: 'a' }));
    const settled = Promise.allSettled(reads);
    await Promise.race(reads);
    await replaceThread(system, 1);
    await settled;
    t.equal(await user.ask({ type: 'sum', stream: 'a' }), BigInt(round));
  }
});
