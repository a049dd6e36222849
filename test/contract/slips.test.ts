import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { ActorSystem, defineActor } from '../../runtime/index.js';
import { assertConserved } from '../support/conservation.js';
import { assertTroupeError, rejection, thrown } from '../support/errors.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { Collector } from './fixtures/collector.js';
import { Sum } from './fixtures/jobs.js';

// What people who do not compile with types get wrong first: each is told so, and nothing is overlooked.

t.test('the options of a system that are no object', async (t) => {
  for (const options of [null, 'here', 4, () => 4]) {
    const error = await rejection(ActorSystem.start(options as never));
    assertTroupeError(
      t,
      error,
      'ERR_OPTION',
      /the value is .*at ActorSystem\.start/,
      /an object of options/,
    );
  }
});

t.test('an option of a spawn that is misspelled', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  for (const { placement } of PLACES) {
    // The second time the plan of the first spawn is at hand.
    await system.stopActor(system.spawn(Collector, undefined, { placement }));
    for (const options of [{ restarts: 3 }, { shutdown: 5 }, { onThread: 1 }]) {
      const all = { placement, name: 'x', ...options } as never;
      const error = thrown(() => system.spawn(Collector, undefined, all));
      const [name] = Object.keys(options);
      assertTroupeError(t, error, 'ERR_OPTION', `'${name}'`, 'spawn(Collector)', 'shutdownMs');
      t.notMatch(error.message, 'gauge', 'what is not for users is not named');
    }
    t.equal(await system.resolve('/user/x'), undefined, 'nothing is left of it');
  }
  const workers = { size: 1, worker: {} } as never;
  const pool = thrown(() => system.spawnPool(Collector, undefined, workers));
  assertTroupeError(t, pool, 'ERR_OPTION', "'worker'");
  const word = thrown(() => system.spawn(Collector, undefined, 'x' as never));
  assertTroupeError(t, word, 'ERR_OPTION');
});

t.test('an option of a call that is misspelled, and a bare transfer list', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  for (const { placement } of PLACES) {
    const ref = system.spawn(Collector, undefined, { placement });
    await system.started(ref);
    const put = { type: 'put', value: 1 } as const;
    for (const options of [{ timeout: 5 }, [new ArrayBuffer(8)], 100, null]) {
      const wrong = options as never;
      const says = ['the options of a call'];
      assertTroupeError(
        t,
        thrown(() => ref.tell(put, wrong)),
        'ERR_OPTION',
        ...says,
      );
      const asked = await rejection(ref.ask({ type: 'take', count: 0 }, wrong));
      assertTroupeError(t, asked, 'ERR_OPTION', ...says);
      assertTroupeError(t, await rejection(ref.send(put, wrong)), 'ERR_OPTION', ...says);
    }
    t.same(await ref.ask({ type: 'take', count: 0 }), [], 'and nothing came through');
  }
  await assertConserved(t, system);
});

t.test('an option of a stop that is misspelled, or no time: the system goes on', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const wrong = [{ deadline: 5 }, { deadlineMs: -1 }, { deadlineMs: Number.NaN }, 5, null];
  for (const options of wrong) {
    assertTroupeError(t, await rejection(system.stop(options as never)), 'ERR_OPTION', 'stop');
  }
  const ref = system.spawn(Collector, undefined, { placement: 1 });
  t.same(await ref.ask({ type: 'take', count: 0 }), []);
  t.match(await system.stop(), { clean: true });
});

t.test('an option of an inspection or of a job that is misspelled', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const asked = await rejection(system.inspect({ levels: 2 } as never));
  assertTroupeError(t, asked, 'ERR_OPTION', "'levels'", 'inspect', 'depth');
  const offloaded = await rejection(system.offload(Sum, { n: 2 }, { timeout: 5 } as never));
  assertTroupeError(t, offloaded, 'ERR_OPTION', "'timeout'", 'offload', 'timeoutMs');
});

t.test('the spec of an actor in the first call of defineActor', async (t) => {
  const spec = { module: import.meta.url, name: 'Spec', init: () => null, handlers: {} };
  const error = thrown(() => defineActor(spec as never));
  assertTroupeError(t, error, 'ERR_DEFINITION', 'the first argument', 'defineActor<Message>()(');
});

t.test(
  'program and definition in one module without a guard: no thread begins again',
  async (t) => {
    const script = fileURLToPath(new URL('./fixtures/unguarded.js', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    const [actor, job, end] = stdout.trim().split('\n');
    for (const says of [actor, job]) {
      t.match(says, 'cannot start another one');
      t.match(says, 'isMainThread');
    }
    t.match({ end, stderr, status }, { end: 'clean true', stderr: '', status: 0 });
  },
);
