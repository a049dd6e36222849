import t from 'tap';
import { defineActor } from '../../runtime/index.js';
import { KIND_ROWS } from '../../runtime/memory/meter-descriptor.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import { Blocker, Clerk, makeGate, open } from './fixtures/office.js';

const MESSAGES = 500;

t.test('every message, failure and restart of a kind is counted, on every thread', async (t) => {
  const system = await startSystem(t, { metrics: true });
  const clerks = [0, 1, 2].map((placement) => system.spawn(Clerk, undefined, { placement }));
  for (const clerk of clerks) {
    for (let i = 0; i < MESSAGES; i++) clerk.tell({ type: 'note', text: 'x' });
    t.equal(await clerk.ask({ type: 'count' }), MESSAGES);
    clerk.tell({ type: 'fail' });
    t.equal(await clerk.ask({ type: 'count' }), 0, 'it was restarted');
  }
  const rows = system.figures().kinds.filter(({ kind }) => kind === 'Clerk');
  t.same(
    rows.map(({ thread }) => thread),
    [0, 1, 2],
  );
  for (const { messages, failures, restarts, handler } of rows) {
    t.equal(messages, MESSAGES + 3);
    t.equal(failures, 1);
    t.equal(restarts, 1);
    t.ok(handler.count >= 32 && handler.count <= messages, `${handler.count} were timed`);
    t.equal(
      handler.buckets.reduce((sum, count) => sum + count, 0),
      handler.count,
    );
  }
  await until(
    'a scan has seen the actors',
    () =>
      system.figures().kinds.filter(({ kind, actors }) => kind === 'Clerk' && actors === 1)
        .length === 3,
  );
});

t.test('waits in mailboxes and for answers are measured', async (t) => {
  const system = await startSystem(t, { metrics: true, threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  await clerk.ask({ type: 'count' });
  const measured = (thread: number) => system.figures().threads[thread]!.measured!.histograms;
  clerk.tell({ type: 'burn', ms: 30 });
  // Each tick marks the next message: one of these stands behind a handler of 30 ms.
  await until('a long wait was seen', () => {
    clerk.tell({ type: 'burn', ms: 5 });
    clerk.tell({ type: 'note', text: 'x' });
    return measured(1).mailboxWait.sumMs >= 5;
  });
  t.ok(measured(1).mailboxWait.count > 0);
  const { count } = measured(0).ask;
  await clerk.ask({ type: 'count' }, { timeoutMs: 60_000 });
  t.equal(measured(0).ask.count, count + 1, 'where it was asked');
  await system.inspect();
  t.equal(measured(0).ask.count, count + 1, 'questions of the runtime do not count');
  await clerk.ask({ type: 'count' }, { timeoutMs: 60_000 });
  t.equal(measured(0).ask.count, count + 2, 'but the next ask does');
});

t.test(
  'a thread that is stuck can be read: what it runs, and that it does not go on',
  async (t) => {
    const system = await startSystem(t, { metrics: true });
    const gate = makeGate();
    t.teardown(() => open(gate));
    const blocker = system.spawn(Blocker, undefined, { placement: 1 });
    const clerk = system.spawn(Clerk, undefined, { placement: 2 });
    await system.started(blocker);
    blocker.tell({ type: 'block', gate });
    const row = () => system.figures().threads[1]!;
    await until('it blocks', () => row().running?.message === 'block');
    const { heartbeat, running } = row();
    t.equal(running?.kind, 'Blocker');
    t.equal(running?.actor, blocker.id);
    await until('its turn lasts', () => row().measured!.turnMs > 50);
    t.equal(row().heartbeat, heartbeat);
    t.ok(row().measured!.busyMs >= 50, 'the present turn counts as busy');
    blocker.tell({ type: 'noop' });
    clerk.tell({ type: 'note', text: 'x' });
    await until('the message lies in its ring', () =>
      system
        .figures()
        .rings.some(({ from, to, depthBytes }) => from === 0 && to === 1 && depthBytes > 0),
    );
    t.equal(await clerk.ask({ type: 'count' }), 1, 'others go on');
    open(gate);
    await until('it goes on', () => row().heartbeat !== heartbeat);
    await until('its turn is over', () => row().measured!.turnMs < 50);
  },
);

t.test('gauges of a thread show its heap, its actors, its asks and its lag', async (t) => {
  const system = await startSystem(t, { metrics: true, threads: 1 });
  const gate = makeGate();
  t.teardown(() => open(gate));
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  const answer = clerk.ask({ type: 'wait', gate }, { timeoutMs: 60_000 });
  const gauges = (thread: number) => system.figures().threads[thread]!.measured!.gauges;
  await until('the ask is open', () => gauges(0).openAsks === 1);
  await until('the heap was read', () => gauges(1).heapUsedBytes > 0);
  t.ok(gauges(1).heapUsedBytes < gauges(1).heapLimitBytes);
  await until('the actor was counted', () => gauges(1).actors === 1);
  const lag = (): number => system.figures().threads[1]!.measured!.histograms.lag.sumMs;
  const before = lag();
  open(gate);
  t.equal(await answer, 1);
  clerk.tell({ type: 'burn', ms: 300 });
  await until('the handler kept a timer waiting', () => lag() - before > 100);
});

t.test('without the option nothing is measured, and counters are there all the same', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  clerk.tell({ type: 'note', text: 'x' });
  await clerk.ask({ type: 'count' });
  const { threads, kinds, isMeasured } = system.figures();
  t.equal(isMeasured, false);
  t.same(kinds, []);
  t.same(
    threads.map(({ measured }) => measured),
    [undefined, undefined],
  );
  t.equal(threads[1]!.counters.handled, 2);
  t.equal(threads[1]!.state, 'running');
});

t.test('a replaced thread begins to measure anew', async (t) => {
  const system = await startSystem(t, { metrics: true, threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { placement: 1 });
  for (let i = 0; i < MESSAGES; i++) clerk.tell({ type: 'note', text: 'x' });
  await clerk.ask({ type: 'count' });
  const row = () => system.figures().kinds.find(({ kind }) => kind === 'Clerk');
  t.equal(row()?.messages, MESSAGES + 1);
  system.killThread(1);
  await clerk
    .ask({ type: 'count' }, { timeoutMs: 60_000 })
    .catch(() => clerk.ask({ type: 'count' }));
  await until('it counts again', () => (row()?.messages ?? 0) > 0 && row()!.messages <= 3);
});

t.test('kinds beyond those that have a row are counted together', async (t) => {
  const system = await startSystem(t, { metrics: true, threads: 0 });
  const kinds = Array.from({ length: KIND_ROWS + 12 }, (_, i) =>
    defineActor<{ type: 'noop' }>()({
      module: import.meta.url,
      name: `Kind${i}`,
      init: () => null,
      handlers: { noop() {} },
    }),
  );
  for (const kind of kinds) system.spawn(kind, undefined).tell({ type: 'noop' });
  const rows = () => system.figures().kinds;
  const messages = (): number => rows().reduce((sum, row) => sum + row.messages, 0);
  await until('all are handled', () => messages() === kinds.length);
  t.equal(rows().length, KIND_ROWS);
  const [others] = rows();
  t.equal(others!.kind, '(others)');
  const named = rows().filter(({ kind }) => kind.startsWith('Kind')).length;
  t.equal(others!.messages, kinds.length - named, 'nothing is lost');
});

t.test('traced or not, a pool counts: what only passes through is seen too', async (t) => {
  const system = await startSystem(t, { metrics: true, threads: 1 });
  const pool = system.spawnPool(Clerk, undefined, { size: 2, placement: 1 });
  await system.started(pool);
  const told: string[] = [];
  const off = await system.trace(pool, ({ type }) => told.push(type));
  for (let i = 0; i < 10; i++) pool.tell({ type: 'note', text: 'x' });
  await until('all are told of', () => told.length === 10);
  const count = (name: string): number =>
    system
      .figures()
      .kinds.reduce((sum, { kind, messages }) => sum + (kind === name ? messages : 0), 0);
  await until('the workers have them', () => count('Clerk') === 10);
  t.equal(count('Router'), 10);
  await off();
});

t.test('what waits for a turn, and what waits in mailboxes, is measured', async (t) => {
  const system = await startSystem(t, { metrics: true, threads: 1 });
  const gauges = () => system.figures().threads[1]!.measured!.gauges;
  const row = () => system.figures().kinds.find(({ kind }) => kind === 'Clerk');
  const gate = makeGate();
  t.teardown(() => open(gate));
  const clerks = Array.from({ length: 20 }, () => system.spawn(Clerk, undefined, { placement: 1 }));
  const [first] = clerks;
  await Promise.all(clerks.map((clerk) => system.started(clerk)));
  const held = first!.ask({ type: 'wait', gate }, { timeoutMs: 60_000 });
  for (let i = 0; i < 7; i++) first!.tell({ type: 'note', text: 'x' });
  await until('the mailbox was counted', () => row()?.queued === 7 && row()?.longestMailbox === 7);
  t.equal(gauges().runQueue, 0, 'who waits for a promise waits for no turn');
  for (const clerk of clerks) for (let i = 0; i < 20; i++) clerk.tell({ type: 'burn', ms: 5 });
  await until('actors wait for their turn', () => gauges().runQueue > 1);
  t.ok(gauges().runQueue < clerks.length, 'who is held does not');
  open(gate);
  t.equal(await held, 1);
  await Promise.all(clerks.map((clerk) => clerk.ask({ type: 'count' }, { timeoutMs: 60_000 })));
  await until('nobody waits', () => gauges().runQueue === 0 && row()?.queued === 0);
  t.equal(row()?.longestMailbox, 0);
});
