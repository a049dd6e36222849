import t, { type Test } from 'tap';
import { record } from '../support/events.js';
import { startSystem } from '../support/system.js';
import { until } from '../support/turns.js';
import { closeGate, Defaulter, gate, LastWords } from './fixtures/defaulter.js';

/** Catches what nobody is made responsible for, before it ends the process. */
function catchUncaught(t: Test): unknown[] {
  const uncaught: unknown[] = [];
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => uncaught.push(error.message));
  t.teardown(() => {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
  });
  return uncaught;
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

t.test('a promise that rejects unawaited fails the actor whose code made it', async (t) => {
  const uncaught = catchUncaught(t);
  const system = await startSystem(t, { threads: 0 });
  const failures = record(system, 'actor-failed');
  const [actor, other] = [1, 2].map(() => system.spawn(Defaulter, undefined));
  actor!.tell({ type: 'default' });
  await until('it failed', () => failures.length === 1);
  t.match(failures, [{ actor: actor!.toString(), error: { message: 'left alone' } }]);
  t.equal(await actor!.ask({ type: 'incarnation' }), 1);
  t.equal(await other!.ask({ type: 'incarnation' }), 0);
  t.same(uncaught, []);
});

t.test('and also after an await', async (t) => {
  const uncaught = catchUncaught(t);
  closeGate();
  const system = await startSystem(t, { threads: 0 });
  const failures = record(system, 'actor-failed');
  const actor = system.spawn(Defaulter, undefined);
  actor.tell({ type: 'default-late' });
  await turns();
  gate.open();
  await until('it failed', () => failures.length === 1);
  t.same(uncaught, []);
});

t.test('of several systems on a thread, the one whose actor it was takes it', async (t) => {
  const uncaught = catchUncaught(t);
  const systems = await Promise.all([1, 2, 3].map(() => startSystem(t, { threads: 0 })));
  const failures = systems.map((system) => record(system, 'actor-failed'));
  systems[1]!.spawn(Defaulter, undefined).tell({ type: 'default' });
  await until('it failed', () => failures[1]!.length === 1);
  await turns();
  t.same(
    failures.map(({ length }) => length),
    [0, 1, 0],
  );
  t.same(uncaught, [], 'the others do not take it for theirs, nor for nobody’s');
});

t.test('systems that stop take nothing from the others on their thread', async (t) => {
  const uncaught = catchUncaught(t);
  const systems = await Promise.all([1, 2, 3].map(() => startSystem(t, { threads: 0 })));
  const failures = systems.map((system) => record(system, 'actor-failed'));
  const [first, , last] = systems.map((system) => system.spawn(Defaulter, undefined));
  await systems[1]!.stop();
  last!.tell({ type: 'default' });
  await until('it failed', () => failures[2]!.length === 1);
  await systems[2]!.stop();
  first!.tell({ type: 'default' });
  await until('it failed', () => failures[0]!.length === 1);
  await turns();
  t.same(
    failures.map(({ length }) => length),
    [1, 0, 1],
  );
  t.same(uncaught, []);
});

t.test('an incarnation that is over can fail no more, and nobody else fails for it', async (t) => {
  const uncaught = catchUncaught(t);
  closeGate();
  const system = await startSystem(t, { threads: 0 });
  const failures = record(system, 'actor-failed');
  const actor = system.spawn(Defaulter, undefined, { shutdownMs: 1 });
  const bystander = system.spawn(Defaulter, undefined);
  actor.tell({ type: 'default-late' });
  await turns();
  t.match(await system.stopActor(actor), { type: 'killed' });
  gate.open();
  await turns();
  t.same(uncaught, []);
  t.same(failures, []);
  t.equal(await bystander.ask({ type: 'incarnation' }), 0);
});

t.test('what belongs to no actor ends as if no system were there', async (t) => {
  const uncaught = catchUncaught(t);
  const systems = await Promise.all([1, 2].map(() => startSystem(t, { threads: 0 })));
  const failures = systems.map((system) => record(system, 'actor-failed'));
  void Promise.reject(new Error('of the application'));
  await until('it was thrown', () => uncaught.length > 0);
  await turns();
  t.same(uncaught, ['of the application'], 'once');
  t.same(failures, [[], []]);
  const foreign: unknown[] = [];
  const listener = (reason: unknown): unknown => foreign.push(reason);
  process.on('unhandledRejection', listener);
  void Promise.reject(new Error('to the application'));
  await until('its listener heard it', () => foreign.length === 1);
  await turns();
  process.removeListener('unhandledRejection', listener);
  t.equal(uncaught.length, 1);
});

for (const threads of [0, 1]) {
  t.test(
    `what rejects in the last turn of a stop, on ${threads} worker threads, is told to the system`,
    async (t) => {
      const uncaught = catchUncaught(t);
      const others = threads === 0 ? process.listenerCount('unhandledRejection') : 0;
      const heard = new Int32Array(new SharedArrayBuffer(4));
      // A thread that polls hears of the stop before Node has told of the rejection.
      const system = await startSystem(t, { threads, ioBudgetMs: 1000, idleLevel: 10 });
      const last = system.spawn(LastWords, heard);
      t.equal(await last.ask({ type: 'hello' }), 'hello');
      t.match(await system.stop(), { clean: true });
      await turns();
      t.equal(heard[0], others + 1, 'the system still listened');
      t.same(uncaught, []);
    },
  );
}

t.test('after the stop nothing of it is left', async (t) => {
  const before = process.listenerCount('unhandledRejection');
  const system = await startSystem(t, { threads: 0 });
  t.equal(process.listenerCount('unhandledRejection'), before + 1);
  await system.stop();
  t.equal(process.listenerCount('unhandledRejection'), before);
});

t.test('a system that was told not to look after promises does not', async (t) => {
  const uncaught = catchUncaught(t);
  const system = await startSystem(t, { threads: 0, attributePromises: false });
  const failures = record(system, 'actor-failed');
  const foreign: unknown[] = [];
  const listener = (reason: unknown): unknown => foreign.push(reason);
  process.on('unhandledRejection', listener);
  system.spawn(Defaulter, undefined).tell({ type: 'default' });
  await until('the application heard it', () => foreign.length === 1);
  process.removeListener('unhandledRejection', listener);
  t.same(failures, []);
  t.same(uncaught, []);
});
