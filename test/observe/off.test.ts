import t from 'tap';
import { ActorSystem, type SystemOptions } from '../../runtime/index.js';
import { observersOf } from '../../runtime/worker/kind-observers.js';
import { startSystem } from '../support/system.js';
import { Clerk } from './fixtures/office.js';

/** What stands in the path of a message on the main thread, by the names of the classes. */
async function path(options: SystemOptions) {
  const system = await ActorSystem.start({ threads: 0, ...options });
  const { thread } = ActorSystem.internals(system).main;
  const clerk = system.spawn(Clerk, undefined, { placement: 0 });
  await clerk.ask({ type: 'count' });
  const cell = thread.cells.get(clerk)!;
  const kind = cell.kind!;
  const classes = {
    post: thread.post.constructor.name,
    asks: thread.asks.constructor.name,
    cell: cell.constructor.name,
    isHandlerBare: kind.handlers.get('note')?.handler === kind.definition.handlers.get('note'),
    durations: cell.host.durations?.constructor.name ?? null,
    observers: observersOf(thread) === null ? 'none' : 'some',
  };
  await system.stop();
  return classes;
}

const BARE = {
  post: 'PostOffice',
  asks: 'AskTable',
  cell: 'ActorCell',
  isHandlerBare: true,
  durations: null,
  observers: 'none',
};

t.test('what is off is nowhere in the path of a message', async (t) => {
  t.same(await path({}), BARE);
});

t.test('each kind of looking takes the places that it needs', async (t) => {
  const wrapped = { ...BARE, isHandlerBare: false, observers: 'some' };
  const metered = { asks: 'MeteredAskTable', cell: 'MeteredCell', durations: 'ThreadMeter' };
  t.same(await path({ metrics: true }), { ...wrapped, ...metered });
  t.same(await path({ traceContext: true }), { ...wrapped, post: 'CarryingPostOffice' });
  t.same(await path({ openTelemetry: true }), { ...wrapped, post: 'SpanPostOffice' });
});

t.test('the options of looking are true or false', async (t) => {
  for (const option of ['metrics', 'traceContext', 'openTelemetry']) {
    await t.rejects(startSystem(t, { [option]: 1 } as object), { code: 'ERR_OPTION' });
  }
});
