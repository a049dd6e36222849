import t from 'tap';
import {
  type ActorRef,
  type ActorSystem,
  hasCode,
  type SpawnOptions,
} from '../../runtime/index.js';
import { Blockade } from '../support/blocking.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import { Backlog } from './fixtures/backlog.js';
import { Branch, type BranchMessage } from './fixtures/tree.js';

const threadOf = async (system: ActorSystem, options: SpawnOptions) =>
  (await system.spawn(Branch, undefined, options).ask({ type: 'who' })).thread;

t.test('placement: a number, main and same', async (t) => {
  const system = await startSystem(t);
  for (const placement of [0, 1, 2]) t.equal(await threadOf(system, { placement }), placement);
  t.equal(await threadOf(system, { placement: 'main' }), 0);
  t.equal(
    await threadOf(system, { placement: 'same' }),
    0,
    'system.spawn is called on the main thread',
  );
});

t.test('placement: spread is the default, round robin over the workers', async (t) => {
  const system = await startSystem(t, { threads: 3 });
  const threads: number[] = [];
  for (let n = 0; n < 6; n++) threads.push(await threadOf(system, {}));
  t.same([...threads].sort(), [1, 1, 2, 2, 3, 3]);
  t.same(threads.slice(0, 3), threads.slice(3));
});

t.test('placement: least-loaded avoids a thread with messages waiting', async (t) => {
  const system = await startSystem(t);
  const busy = system.spawn(Backlog, {}, { placement: 1 });
  const blockade = new Blockade();
  busy.tell({ type: 'item', n: 0 });
  await busy.ask({ type: 'handled' });
  // What is counted as load lies in mailboxes: a turn shows it before the next one blocks.
  for (let n = 0; n < 100; n++) busy.tell({ type: 'block', words: blockade.words });
  await blockade.entered();
  blockade.lift();
  await until('all is handled', () => system.metrics().queued === 0);
  t.ok([1, 2].includes(await threadOf(system, { placement: 'least-loaded' })));
});

t.test('placement: with no workers everything lives on the main thread', async (t) => {
  const system = await startSystem(t, { threads: 0 });
  for (const placement of ['spread', 'same', 'least-loaded', 'main', 0] as const) {
    t.equal(await threadOf(system, { placement }), 0, String(placement));
  }
  t.same(system.aliveThreads, [0]);
});

t.test('placement: pinned has a thread of its own, which is given back', async (t) => {
  const system = await startSystem(t, { threads: 1, pinnedThreads: 2 });
  const one = system.spawn(Branch, undefined, { placement: 'pinned', name: 'one' });
  const two = system.spawn(Branch, undefined, { placement: 'pinned', name: 'two' });
  const threads = [
    (await one.ask({ type: 'who' })).thread,
    (await two.ask({ type: 'who' })).thread,
  ];
  t.same(threads, [2, 3], 'beyond those of the workers');
  t.throws(() => system.spawn(Branch, undefined, { placement: 'pinned' }), {
    code: 'ERR_NO_THREAD',
  });
  const kid = await one.ask({ type: 'grow', name: 'kid', placement: 1 });
  t.equal(await kid.ask({ type: 'through', ref: two }), '/user/two', 'worker to pinned');
  t.equal(await two.ask({ type: 'through', ref: kid }), '/user/one/kid', 'pinned to worker');
  await system.stopActor(one);
  let again: ActorRef<BranchMessage> | undefined;
  await until('its thread has been given back', () => {
    try {
      again = system.spawn(Branch, undefined, { placement: 'pinned' });
    } catch (error) {
      if (!hasCode(error, 'ERR_NO_THREAD')) throw error;
    }
    return again !== undefined;
  });
  t.equal((await again!.ask({ type: 'who' })).thread, 2);
});
