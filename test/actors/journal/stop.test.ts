import t, { type Test } from 'tap';
import { openJournal, startJournal } from '#actors/index.js';
import { ActorSystem, type StopReport } from '#runtime/index.js';
import { Keeper } from '../../contract/fixtures/keeper.js';
import { temporaryFolder } from '../../journal/folders.js';

const DEADLINE_MS = 3000;
const STREAMS = Array.from({ length: 8 }, (_, index) => `s${index}`);

/** Writers that go on until the system no longer takes anything. @returns what was said to be flushed, by stream */
async function load(system: ActorSystem, address: Parameters<typeof openJournal>[1]) {
  const journal = openJournal(system, address);
  const flushed = new Map<string, number>();
  let enough!: () => void;
  const isBusy = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const write = async (stream: string): Promise<void> => {
    for (let n = 1; ; n++) {
      const append = { stream, expected: 'any', values: [n] } as const;
      const result = await journal.transact({ appends: [append] }).catch(() => undefined);
      if (result === undefined) return;
      if (result.ok) flushed.set(stream, result.versions[0]!);
      if (n === 5) enough();
    }
  };
  const writers = Promise.all(STREAMS.flatMap((stream) => [write(stream), write(stream)]));
  await isBusy;
  return { flushed, writers };
}

/** Runs a system under load, and stops it in the middle. */
async function run(path: string, placement: number, hangs: boolean) {
  const system = await ActorSystem.start({ threads: 2 });
  const address = await startJournal(system, { kind: 'lmdb', path }, { placement });
  if (hangs) {
    const words = new Int32Array(new SharedArrayBuffer(4));
    const args = { words, flush: 'well', stop: 'hangs' } as const;
    const last = system.spawn(Keeper, args, { placement: 2, shutdownMs: 'infinity' });
    await last.ask({ type: 'ready' });
  }
  const { flushed, writers } = await load(system, address);
  const report = await system.stop({ deadlineMs: DEADLINE_MS });
  await writers;
  return { flushed, report };
}

/** Everything that was flushed is there, and the store can be written to. */
async function reopen(t: Test, path: string, flushed: ReadonlyMap<string, number>) {
  const system = await ActorSystem.start({ threads: 0 });
  const journal = openJournal(system, await startJournal(system, { kind: 'lmdb', path }));
  for (const stream of STREAMS) {
    const { version } = await journal.head(stream);
    t.ok(version >= (flushed.get(stream) ?? 0), `${stream}: ${version}`);
    t.equal((await journal.read(stream, { limit: 1e6 })).length, version);
    const appends = [{ stream, expected: version, values: ['more'] }];
    t.match(await journal.transact({ appends }), { ok: true, durability: 'flushed' });
  }
  await system.stop();
}

const flushOf = ({ phases }: StopReport) => phases.find(({ phase }) => phase === 'flush-journals');

for (const placement of [0, 1]) {
  t.test(
    `a stop under load loses nothing and gives up the store, on thread ${placement}`,
    async (t) => {
      const path = temporaryFolder(t);
      const { flushed, report } = await run(path, placement, false);
      t.ok(report.clean, JSON.stringify(report));
      await reopen(t, path, flushed);
    },
  );

  t.test(`also when the writer is not reached in time, on thread ${placement}`, async (t) => {
    const path = temporaryFolder(t);
    const { flushed, report } = await run(path, placement, true);
    t.match(
      report.phases.find(({ phase }) => phase === 'stop-trees'),
      { completed: false },
    );
    t.match(flushOf(report), { completed: true });
    await reopen(t, path, flushed);
  });
}
