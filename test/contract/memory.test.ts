import t from 'tap';
import { ActorSystem } from '../../runtime/index.js';
import { limited, start } from './fixtures-b/kit.js';
import { runScript } from './fixtures-b/run-script.js';
import { Subject } from './fixtures-b/subject.js';

interface Round {
  readonly heaps: readonly number[];
  readonly arrayBuffers: number;
  readonly rss: number;
  readonly cells: number;
  readonly asks: number;
  readonly families: number;
  readonly resources: number;
  readonly listeners: number;
}

const MB = 2 ** 20;

/** What is repeated, how often in each of four rounds, and the most that the heap of a thread may grow. */
const WORK: Readonly<Record<string, { readonly count: number; readonly growthBytes: number }>> = {
  spawns: { count: 2000, growthBytes: 1.5 * MB },
  asks: { count: 4000, growthBytes: 1.5 * MB },
  timers: { count: 4000, growthBytes: 1.5 * MB },
  restarts: { count: 300, growthBytes: 1.5 * MB },
  threads: { count: 5, growthBytes: 1.5 * MB },
  systems: { count: 3, growthBytes: 1.5 * MB },
};

for (const [what, { count, growthBytes }] of Object.entries(WORK)) {
  t.test(`"Flat after any number of": ${what}`, async (t) => {
    const flags = ['--expose-gc'];
    const { code, said, stderr } = await runScript(
      'memory-script',
      [what, String(count)],
      () => {},
      flags,
    );
    t.match({ code, stderr }, { code: 0, stderr: '' });
    const rounds = said.filter((line) => 'round' in line) as unknown as Round[];
    t.equal(rounds.length, 4);
    const [, first, , last] = rounds as [Round, Round, Round, Round];
    for (const [thread, bytes] of last.heaps.entries()) {
      const grown = bytes - first.heaps[thread]!;
      t.ok(grown < growthBytes, `thread ${thread} grew by ${grown} bytes in two rounds`);
    }
    t.ok(last.arrayBuffers - first.arrayBuffers < 4 * MB, 'buffers');
    t.ok(last.rss - first.rss < 200 * MB, 'the process, coarsely');
    for (const key of ['cells', 'asks', 'families', 'listeners'] as const) {
      t.equal(last[key], first[key], `${key}: ${first[key]}, then ${last[key]}`);
    }
    t.ok(
      last.resources <= first.resources + 2,
      `resources: ${first.resources}, then ${last.resources}`,
    );
    t.equal(said.at(-1)?.['clean'], true);
  });
}

t.test(
  'an address is used again when its actor is gone, so that tables stay as small as the crowd',
  async (t) => {
    const { system } = await start();
    const { main } = ActorSystem.internals(system);
    const cells = main.thread.cells.size;
    for (let round = 0; round < 20; round++) {
      const actors = Array.from({ length: 50 }, (_, i) =>
        system.spawn(Subject, { label: 'x' }, { placement: i % 3 }),
      );
      t.ok(
        actors.every(({ slot }) => slot < 70),
        'slots are reused',
      );
      t.equal(new Set(actors.map(({ id }) => id)).size, 50, 'and never two actors at one address');
      await limited('the ends', Promise.all(actors.map((actor) => system.stopActor(actor))));
    }
    t.equal(main.thread.cells.size, cells);
    t.equal(main.thread.asks.size, 0);
    const { total } = system.metrics();
    t.equal(total.spawned - total.terminated, cells, 'on all threads');
    t.ok((await system.stop()).clean);
  },
);

t.test(
  'a reference to an actor that is gone does not reach the next one at its address',
  async (t) => {
    const { system } = await start();
    for (const placement of [0, 1]) {
      const former = system.spawn(Subject, { label: 'former' }, { placement });
      await former.ask({ type: 'report' });
      await system.stopActor(former);
      const next = system.spawn(Subject, { label: 'next' }, { placement });
      await next.ask({ type: 'report' });
      t.equal(former.slot, next.slot);
      t.notOk(former.equals(next));
      await t.rejects(former.ask({ type: 'report' }), { code: 'ERR_NO_SUCH_ACTOR' });
    }
    t.ok((await system.stop()).clean);
  },
);

t.test('asks leave no open row, whether answered, timed out, aborted or refused', async (t) => {
  const { system } = await start();
  const { main } = ActorSystem.internals(system);
  const actors = [0, 1].map((placement) => system.spawn(Subject, { label: 'x' }, { placement }));
  const gone = system.spawn(Subject, { label: 'gone' }, { placement: 1 });
  await system.stopActor(gone);
  const giveUp = new AbortController();
  const asks = actors.flatMap((actor) => [
    actor.ask({ type: 'report' }),
    actor.ask({ type: 'late-answer' }, { timeoutMs: 1 }),
    actor.ask({ type: 'late-answer' }, { signal: giveUp.signal }),
    gone.ask({ type: 'report' }),
    actor.ask({ type: 'fail-asked', moment: 'request' }),
  ]);
  giveUp.abort();
  const outcomes = await limited('all asks', Promise.allSettled(asks));
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 2);
  t.equal(main.thread.asks.size, 0);
  t.ok((await system.stop()).clean);
});
