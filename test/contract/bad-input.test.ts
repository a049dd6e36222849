import t from 'tap';
import {
  ActorSystem,
  type Definition,
  defineActor,
  defineCodec,
  defineJob,
  type SpawnOptions,
  type SystemOptions,
} from '../../runtime/index.js';
import { assertConserved } from '../support/conservation.js';
import { assertTroupeError, rejection, thrown } from '../support/errors.js';
import { PLACES } from '../support/places.js';
import { startSystem } from '../support/system.js';
import { Collector } from './fixtures/collector.js';
import { NotADefinition, Odd } from './fixtures/odd.js';

const spec = {
  module: import.meta.url,
  name: 'Spec',
  init: () => null,
  handlers: { put() {}, take: () => [] },
};

const located = (module: string, name: string) =>
  ({ module, name }) as unknown as Definition<{ type: 'x' }, undefined>;

t.test(
  'ERR_OPTION: options of a system, with the name, the value and what it may be',
  async (t) => {
    const cases: readonly (readonly [SystemOptions, ...RegExp[]])[] = [
      [{ threads: -1 }, /threads is -1/, /an integer from 0 to 64/],
      [{ threads: 1.5 }, /threads is 1\.5/],
      [{ threads: '2' as never }, /threads is '2'/],
      [{ pinnedThreads: 33 }, /pinnedThreads is 33/],
      [{ name: 'a b' }, /name is 'a b'/, /letters, digits/],
      [{ ringBytes: 5000 }, /ringBytes is 5000/, /a power of two/],
      [{ ringBytes: 1024 }, /ringBytes is 1024/],
      [{ idleLevel: 11 }, /idleLevel is 11/],
      [{ throughput: 0 }, /throughput is 0/],
      [{ ioBudgetMs: 0 }, /ioBudgetMs is 0/],
      [{ askTimeoutMs: Number.NaN }, /askTimeoutMs is NaN/],
      [{ maxMessageBytes: 1 }, /maxMessageBytes is 1/],
      [{ overflowMessages: 0 }, /overflowMessages is 0/],
      [{ overflowBytes: 0 }, /overflowBytes is 0/],
      [{ strict: 'yes' as never }, /strict is 'yes'/, /true or false/],
      [{ attributePromises: 1 as never }, /attributePromises is 1/],
      [{ deadLetterEvents: -1 }, /deadLetterEvents is -1/],
      [{ stopDeadlineMs: -1 }, /stopDeadlineMs is -1/],
      [{ watchdog: { killMs: 0 } }, /watchdog\.killMs is 0/],
      [{ threadIntensity: { intensity: -1 } }, /threadIntensity\.intensity is -1/],
      [{ thread: 2 } as never, /'thread' is an unknown option/, /threads, pinnedThreads/],
      [{ supervision: { intensity: -1 } }, /intensity/],
      [{ supervision: { strategy: 'none' as never } }, /strategy/],
      [{ stopOn: ['SIGNOTHING' as never] }, /stopOn/],
    ];
    for (const [options, ...says] of cases) {
      const error = await rejection(ActorSystem.start(options).then((system) => system.stop()));
      assertTroupeError(t, error, 'ERR_OPTION', ...says, 'mend');
    }
  },
);

t.test('ERR_OPTION: options of a spawn, with where, what and mend', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const cases: readonly (readonly [SpawnOptions, RegExp])[] = [
    [{ restart: 'always' as never }, /spawn\(Collector\)\.restart.*'always'/],
    [{ shutdownMs: -1 }, /spawn\(Collector\)\.shutdownMs.*-1|-1.*spawn\(Collector\)\.shutdownMs/],
    [{ backoff: { minMs: -1, maxMs: 1 } }, /backoff/],
    [{ mailbox: { capacity: 0 } }, /spawn\(Collector\) mailbox\.capacity is 0/],
    [{ mailbox: { overflow: 'block' as never } }, /mailbox\.overflow is 'block'/],
    [{ mailbox: { size: 3 } as never }, /mailbox\.size is no option/],
  ];
  for (const { placement } of PLACES) {
    for (const [options, says] of cases) {
      const spawn = () => system.spawn(Collector, undefined, { placement, name: 'x', ...options });
      const error = thrown(spawn);
      assertTroupeError(t, error, 'ERR_OPTION', 'mend');
      t.match(error.message.replace(/(.*); at (\S+);(.*)/, '$2 $1 $3'), says);
    }
    t.equal(
      await system.resolve('/user/x'),
      undefined,
      'nothing is left of it, nor the name taken',
    );
    await system.stopActor(system.spawn(Collector, undefined, { placement, name: 'x' }));
  }
});

t.test('ERR_OPTION: options of a call', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const ref = system.spawn(Collector, undefined);
  for (const timeoutMs of [0, -1, Number.NaN, '5' as never]) {
    const error = await rejection(ref.ask({ type: 'take', count: 0 }, { timeoutMs }));
    assertTroupeError(t, error, 'ERR_OPTION', /timeoutMs is/);
  }
  const pools = [
    { size: 0 },
    { size: 2, routing: 'random' },
    { size: 2, routing: 'consistent-hash' },
  ];
  for (const options of pools) {
    const error = thrown(() => system.spawnPool(Collector, undefined, options as never));
    assertTroupeError(t, error, 'ERR_OPTION', 'spawnPool', 'mend');
  }
  await assertConserved(t, system);
});

t.test('ERR_DEFINITION: definitions, jobs and codecs that are malformed', async (t) => {
  const bad: readonly (readonly [object | null, RegExp])[] = [
    [null, /the definition/],
    [{ ...spec, module: undefined }, /module is undefined.*import\.meta\.url/],
    [{ ...spec, module: './relative.js' }, /module is '\.\/relative\.js'/],
    [{ ...spec, name: '' }, /name is ''.*the name of the export/],
    [{ ...spec, init: {} }, /init is object.*Spec.*a function/],
    [{ ...spec, handlers: null }, /handlers is object/],
    [{ ...spec, handlers: { put: 3 } }, /put is number.*Spec\.handlers/],
    [{ ...spec, behaviors: { other: { put: 3 } } }, /Spec\.behaviors\.other/],
    [{ ...spec, stopped: 'no' }, /stopped is 'no'/],
    [{ ...spec, turn: 'free' }, /turn is 'free'.*'hold' or 'interleave'/],
    [{ ...spec, stashCapacity: -1 }, /stashCapacity/],
  ];
  for (const [definition, says] of bad) {
    const error = thrown(() => defineActor<{ type: 'put' }>()(definition as never));
    assertTroupeError(t, error, 'ERR_DEFINITION', says);
  }
  assertTroupeError(
    t,
    thrown(() => defineJob({} as never)),
    'ERR_DEFINITION',
    'defineJob',
  );
  assertTroupeError(
    t,
    thrown(() => defineCodec({} as never)),
    'ERR_DEFINITION',
    'defineCodec',
  );
  const system = await startSystem(t, { threads: 0 });
  for (const value of [undefined, null, 'Counter', {}, { module: 'x', name: 'y' }]) {
    const error = thrown(() => system.spawn(value as never, undefined));
    assertTroupeError(t, error, 'ERR_DEFINITION', 'spawn', 'defineActor');
  }
});

t.test('ERR_DEFINITION_NOT_FOUND: the error names file, export and mend', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const cases: readonly (readonly [Definition<{ type: 'x' }, undefined>, ...RegExp[]])[] = [
    [located('file:///nowhere/missing.js', 'Missing'), /missing\.js/, /Missing/],
    [
      located(new URL('./fixtures/collector.js', import.meta.url).href, 'Colector'),
      /Colector/,
      /exports Collector/,
    ],
    [located(NotADefinition.module, NotADefinition.name), /is no actor definition/],
    [located(new URL('./fixtures/broken.js', import.meta.url).href, 'Any'), /this module breaks/],
  ];
  for (const { placement } of PLACES) {
    for (const [definition, ...says] of cases) {
      const ref = system.spawn(definition, undefined, { placement, restart: 'temporary' });
      const error = await rejection(system.started(ref));
      assertTroupeError(t, error, 'ERR_START_FAILED', /could not start/);
      assertTroupeError(
        t,
        error.cause,
        'ERR_DEFINITION_NOT_FOUND',
        ...says,
        /file:/,
        /mend: .*export const/,
      );
      t.equal((await system.terminated(ref)).type, 'failed');
    }
  }
  const codec = { module: 'file:///nowhere/codec.js', name: 'MoneyCodec' };
  const error = await rejection(ActorSystem.start({ threads: 1, codecs: [codec] }));
  assertTroupeError(t, error, 'ERR_DEFINITION_NOT_FOUND', /MoneyCodec/, /codec\.js/);
});

t.test('ERR_THREAD_START: an entry for threads that cannot be loaded', async (t) => {
  const missing = { module: 'file:///nowhere/entry.js', name: 'main' };
  const error = await rejection(ActorSystem.start({ threads: 2, entry: missing }));
  assertTroupeError(t, error, 'ERR_THREAD_START', /entry\.js/, /mend/);
  const nameless = { module: new URL('./fixtures/odd.js', import.meta.url), name: 'noSuchExport' };
  const other = await rejection(ActorSystem.start({ threads: 2, entry: nameless }));
  assertTroupeError(t, other, 'ERR_THREAD_START', /odd\.js/, /mend/);
});

t.test('ERR_NAME and ERR_NAME_TAKEN: names that are malformed or not free', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  for (const { placement } of PLACES) {
    for (const name of ['', 'a/b', '$1', 'a b', 'x'.repeat(256), 7 as never, null as never]) {
      const error = thrown(() => system.spawn(Collector, undefined, { name, placement }));
      assertTroupeError(t, error, 'ERR_NAME', 'letters, digits');
    }
    const first = system.spawn(Collector, undefined, { name: 'one', placement });
    const taken = thrown(() => system.spawn(Collector, undefined, { name: 'one', placement }));
    assertTroupeError(t, taken, 'ERR_NAME_TAKEN', "'one'", '/user');
    await system.stopActor(first);
    await system.stopActor(system.spawn(Collector, undefined, { name: 'one', placement }));
    const odd = system.spawn(Odd, undefined, { placement, name: 'odd' });
    t.equal(await odd.ask({ type: 'spawn', name: 'kid', twice: false }), '/user/odd/kid');
    const inner = await rejection(odd.ask({ type: 'spawn', name: 'kid2', twice: true }));
    assertTroupeError(t, inner, 'ERR_NAME_TAKEN', "'kid2'", '/user/odd');
    await system.stopActor(odd);
  }
});

t.test('ERR_NO_THREAD: threads that are not there', async (t) => {
  const system = await startSystem(t, { threads: 1, pinnedThreads: 1 });
  for (const placement of [2, -1, 1.5, 'elsewhere' as never, {} as never]) {
    const error = thrown(() => system.spawn(Collector, undefined, { placement, name: 'x' }));
    assertTroupeError(t, error, 'ERR_NO_THREAD', /placement/, /a thread from 0 to 1/);
  }
  system.spawn(Collector, undefined, { placement: 'pinned' });
  const none = thrown(() => system.spawn(Collector, undefined, { placement: 'pinned' }));
  assertTroupeError(t, none, 'ERR_NO_THREAD', /all 1 pinned threads are taken/);
  for (const thread of [0, 7, -1]) {
    assertTroupeError(
      t,
      thrown(() => system.killThread(thread)),
      'ERR_NO_THREAD',
    );
  }
});
