import t from 'tap';
import type { ActorNode } from '../../runtime/index.js';
import { assertTroupeError, rejection } from '../support/errors.js';
import { startSystem } from '../support/system.js';
import { until, untilAsync } from '../support/turns.js';
import { Blocker, Clerk, makeGate, open } from './fixtures/office.js';

const MANY = 100_000;
const LONG_MS = 60_000;
/** How long a thread that is loaded with other work may take to answer. */
const timeoutMs = 20_000;

/** All actors of a tree. */
function flat(node: ActorNode): ActorNode[] {
  const all = [node];
  for (let i = 0; i < all.length; i++) all.push(...all[i]!.children);
  return all;
}

t.test('the tree shows every actor with kind, thread, state and place', async (t) => {
  const system = await startSystem(t);
  const a = system.spawn(Clerk, undefined, { name: 'a', placement: 1 });
  const b = system.spawn(Clerk, undefined, { name: 'b', placement: 2 });
  a.tell({ type: 'hire', count: 3, named: true });
  b.tell({ type: 'fail' });
  await Promise.all([a.ask({ type: 'count' }), b.ask({ type: 'count' })]);
  const { tree, unreachable } = await system.inspect({ timeoutMs });
  t.same(unreachable, []);
  t.match(tree, { path: '/user', kind: 'Guardian', status: 'running', childCount: 2, thread: 0 });
  const [first, second] = tree!.children;
  t.match(first, { path: '/user/a', kind: 'Clerk', thread: 1, childCount: 3, incarnation: 0 });
  t.match(second, { path: '/user/b', thread: 2, incarnation: 1, childCount: 0, id: b.id });
  t.same(
    first!.children.map(({ path }) => path),
    ['/user/a/clerk-0', '/user/a/clerk-1', '/user/a/clerk-2'],
    'in the order of their start',
  );
});

t.test('a part of the tree can be asked for, by path, by id, by level and by page', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const a = system.spawn(Clerk, undefined, { name: 'a', placement: 1 });
  a.tell({ type: 'hire', count: 10, named: true });
  await a.ask({ type: 'count' });
  const names = async (options: object): Promise<string[]> => {
    const { tree } = await system.inspect({ timeoutMs, ...options });
    return tree === undefined ? [] : flat(tree).map(({ path }) => path!.split('/').at(-1)!);
  };
  t.same(await names({ depth: 0 }), ['user']);
  t.same(await names({ depth: 1 }), ['user', 'a']);
  t.same(await names({ under: '/user/a', limit: 3 }), ['a', 'clerk-0', 'clerk-1']);
  t.same(await names({ under: a.id, offset: 8 }), ['a', 'clerk-8', 'clerk-9']);
  t.same(await names({ under: '/user/nobody' }), []);
  t.same(await names({ under: 'nonsense' }), []);
  for (const bad of [{ limit: 0 }, { depth: -1 }, { offset: 0.5 }, { timeoutMs: 0 }]) {
    assertTroupeError(t, await rejection(system.inspect(bad)), 'ERR_OPTION', /inspect/);
  }
});

t.test('what an actor does, holds back and waits for is told', async (t) => {
  const system = await startSystem(t, { metrics: true });
  const gate = makeGate();
  t.teardown(() => open(gate));
  const target = system.spawn(Clerk, undefined, { name: 'target', placement: 2 });
  const asker = system.spawn(Clerk, undefined, { name: 'asker', placement: 1 });
  const held = target.ask({ type: 'wait', gate }, { timeoutMs: LONG_MS });
  const called = asker.ask(
    { type: 'call', to: target, timeoutMs: LONG_MS },
    { timeoutMs: LONG_MS },
  );
  const node = async (name: string) => {
    const { tree } = await system.inspect({ timeoutMs });
    return tree!.children.find(({ path }) => path === `/user/${name}`)!;
  };
  await untilAsync('the question lies there', async () => {
    const { queued, handling } = await node('target');
    return queued === 1 && handling === 'wait';
  });
  const { handling, heldForMs } = await node('target');
  t.equal(handling, 'wait');
  t.ok(heldForMs! >= 0);
  const [wait] = (await node('asker')).waits;
  t.match(wait, { from: asker.id, to: target.id, timeoutMs: LONG_MS, holds: true });
  const { waits, cycles, moreWaits } = await system.inspect({ depth: 0, timeoutMs });
  const named = { fromPath: '/user/asker', toPath: '/user/target' };
  t.match(waits.find(({ from }) => from === asker.id)!, { to: target.id, ...named });
  t.equal(moreWaits, 0);
  t.same(cycles, []);
  open(gate);
  t.same(await Promise.all([held, called]), [1, 0]);
  t.same((await system.inspect({ depth: 0, timeoutMs })).waits, []);
});

t.test('a thread that does not answer is named, and its actors are unreachable', async (t) => {
  const system = await startSystem(t);
  const gate = makeGate();
  t.teardown(() => open(gate));
  const blocker = system.spawn(Blocker, undefined, { name: 'blocker', placement: 1 });
  const clerk = system.spawn(Clerk, undefined, { name: 'clerk', placement: 2 });
  await Promise.all([system.started(blocker), system.started(clerk)]);
  blocker.tell({ type: 'block', gate });
  const running = () => system.figures().threads[1]!.running;
  await until('it blocks', () => running()?.message === 'block');
  const { tree, unreachable, figures } = await system.inspect({ timeoutMs: 2000 });
  t.same(unreachable, [1]);
  t.same(
    tree!.children.map(({ path, status }) => [path, status]),
    [
      ['/user/blocker', 'unreachable'],
      ['/user/clerk', 'running'],
    ],
  );
  t.equal(figures.threads[1]!.running?.kind, 'Blocker', 'what it runs is known all the same');
});

t.test('what supervision did and which messages died is told to who comes later', async (t) => {
  const system = await startSystem(t, { threads: 1 });
  const clerk = system.spawn(Clerk, undefined, { name: 'clerk', placement: 1 });
  clerk.tell({ type: 'fail' });
  await clerk.ask({ type: 'count' });
  clerk.tell({ type: 'unheard' } as never);
  await clerk.ask({ type: 'count' });
  system.killThread(1);
  await untilAsync('it is told', async () => {
    const { events } = await system.inspect({ depth: 0, timeoutMs });
    return events.some(({ name }) => name === 'thread-replaced');
  });
  const { events, deadLetters } = await system.inspect({ depth: 0, timeoutMs });
  const names = events.map(({ name }) => name);
  t.same(names.slice(0, 2), ['actor-failed', 'actor-restarted']);
  t.ok(names.includes('thread-died'));
  t.match(events[0]!.payload, { kind: 'Clerk', thread: 1, error: { name: 'RangeError' } });
  t.match(deadLetters[0]!.payload, { reason: 'unhandled', type: 'unheard' });
  const numbers = [...events, ...deadLetters].map(({ number }) => number);
  t.equal(new Set(numbers).size, numbers.length);
});

t.test('100,000 actors are paged through, each page in bounded size', async (t) => {
  const system = await startSystem(t, { threads: 1, metrics: true });
  const boss = system.spawn(Clerk, undefined, { name: 'boss', placement: 1 });
  boss.tell({ type: 'hire', count: MANY, named: false });
  await boss.ask({ type: 'count' }, { timeoutMs: LONG_MS });
  const { tree } = await system.inspect({ timeoutMs });
  t.equal(flat(tree!).length, 1000, 'no more than were asked for');
  t.equal(tree!.children[0]!.childCount, MANY);
  const seen = new Set<string>();
  for (const offset of [0, 50_000, MANY - 50]) {
    const page = await system.inspect({
      under: '/user/boss',
      offset,
      limit: 101,
      timeoutMs,
    });
    t.equal(page.tree!.children.length, Math.min(100, MANY - offset));
    for (const { id } of page.tree!.children) seen.add(id);
  }
  t.equal(seen.size, 250, 'pages do not overlap');
  await until('the scan has counted them all', () =>
    system.figures().kinds.some(({ kind, actors }) => kind === 'Clerk' && actors === MANY + 1),
  );
});

t.test('the busiest actors are ranked by what they handle in a second', async (t) => {
  const system = await startSystem(t, { threads: 1, metrics: true });
  const busy = system.spawn(Clerk, undefined, { name: 'busy', placement: 1 });
  const lazy = system.spawn(Clerk, undefined, { name: 'lazy', placement: 1 });
  await Promise.all([system.started(busy), system.started(lazy)]);
  await untilAsync('it is ranked first', async () => {
    for (let i = 0; i < 50; i++) busy.tell({ type: 'note', text: 'x' });
    lazy.tell({ type: 'note', text: 'x' });
    const { hot } = await system.inspect({ depth: 0, timeoutMs });
    return hot[0]?.path === '/user/busy' && hot[0].perSecond > 0;
  });
});

t.test(
  'pairs on different threads that talk much are told, with the threads they are on',
  async (t) => {
    const system = await startSystem(t, { metrics: true });
    const here = system.spawn(Clerk, undefined, { name: 'here', placement: 1 });
    const there = system.spawn(Clerk, undefined, { name: 'there', placement: 2 });
    await Promise.all([system.started(here), system.started(there)]);
    await untilAsync('they are told of', async () => {
      await Promise.all(
        Array.from({ length: 40 }, () => here.ask({ type: 'call', to: there, timeoutMs: LONG_MS })),
      );
      const { edges } = await system.inspect({ depth: 0, timeoutMs });
      const found = edges.find(({ toPath }) => toPath === '/user/there');
      if (found === undefined) return false;
      t.match(found, { fromPath: '/user/here', fromThread: 1, toThread: 2, to: there.id });
      return found.perSecond > 0;
    });
    const plain = await startSystem(t, { threads: 1 });
    t.same((await plain.inspect({ timeoutMs })).edges, [], 'nothing is counted without metrics');
  },
);

t.test('a system that has stopped can still be asked, and has nobody in it', async (t) => {
  const system = await startSystem(t, { threads: 1, metrics: true });
  const clerk = system.spawn(Clerk, undefined, { name: 'clerk', placement: 1 });
  await clerk.ask({ type: 'count' });
  await system.stop();
  const { tree, waits, figures } = await system.inspect({ timeoutMs });
  t.equal(tree, undefined);
  t.same(waits, []);
  t.equal(figures.threads[1]!.state, 'absent');
  t.equal(figures.kinds.find(({ kind }) => kind === 'Clerk')?.messages, 1);
  t.equal(await system.resolve('/user/clerk'), undefined);
});
