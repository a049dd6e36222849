import t from 'tap';
import { Simulation } from '../../runtime/testkit/index.js';
import { Counter } from './fixtures/actors.js';

t.test('actors of a simulation are those of a real system, over virtual threads', async (t) => {
  const simulation = await Simulation.start({ threads: 2, seed: 3 });
  const counter = simulation.system.spawn(Counter, { start: 1 }, { placement: 2 });
  counter.tell({ type: 'inc', by: 2 });
  t.equal(await simulation.until(counter.ask({ type: 'get' })), 3);
  t.equal(await simulation.until(counter.ask({ type: 'where' })), 2, 'on the thread it was placed');
  const { clean, alive } = await simulation.stop();
  t.ok(clean, `a clean stop; alive: ${alive}`);
});

t.test('time stands still until it is advanced, and then just that far', async (t) => {
  const simulation = await Simulation.start();
  const counter = simulation.system.spawn(Counter, { start: 0 });
  await simulation.run();
  counter.tell({ type: 'inc-later', by: 5, afterMs: 1000 });
  await simulation.advance(900);
  t.equal(await simulation.until(counter.ask({ type: 'get' })), 0, 'not before it is due');
  const beforeMs = simulation.nowMs;
  await simulation.advance(200);
  t.equal(simulation.nowMs, beforeMs + 200);
  t.equal(await simulation.until(counter.ask({ type: 'get' })), 5);
  await simulation.stop();
});

t.test('a run jumps over days when nothing happens in them', async (t) => {
  const simulation = await Simulation.start();
  const counter = simulation.system.spawn(Counter, { start: 0 });
  const beforeMs = simulation.nowMs;
  counter.tell({ type: 'inc-later', by: 1, afterMs: 86_400_000 });
  await simulation.run();
  t.ok(simulation.nowMs >= beforeMs + 86_400_000);
  t.equal(await simulation.until(counter.ask({ type: 'get' })), 1);
  await simulation.stop();
});

t.test('an interval beats in virtual time', async (t) => {
  const simulation = await Simulation.start();
  const counter = simulation.system.spawn(Counter, { start: 0 });
  counter.tell({ type: 'beat', everyMs: 100 });
  await simulation.advance(1050);
  t.equal(await simulation.until(counter.ask({ type: 'get' })), 10);
  await simulation.stop();
});

t.test('a killed thread is replaced, and its actors are restarted', async (t) => {
  const simulation = await Simulation.start({ threads: 2 });
  const { system } = simulation;
  const counter = system.spawn(Counter, { start: 7 }, { placement: 1, restart: 'permanent' });
  counter.tell({ type: 'inc', by: 1 });
  await simulation.run();
  const died: number[] = [];
  system.events.on('thread-died', ({ thread }) => died.push(thread));
  simulation.killThread(1);
  await simulation.run();
  t.same(died, [1]);
  t.equal(await simulation.until(counter.ask({ type: 'get' })), 7, 'a new incarnation');
  t.ok((await simulation.stop()).clean);
});

t.test('the same seed does the same, another one something else', async (t) => {
  const run = async (seed: number): Promise<string> => {
    const simulation = await Simulation.start({ threads: 3, seed });
    const counters = Array.from({ length: 6 }, () =>
      simulation.system.spawn(Counter, { start: 0 }),
    );
    for (const counter of counters) counter.tell({ type: 'inc-later', by: 1, afterMs: 20 });
    simulation.killThread(2);
    await simulation.run();
    await simulation.stop();
    return simulation.hash;
  };
  const first = await run(5);
  t.equal(await run(5), first);
  t.not(await run(6), first);
});

t.test('a promise that nothing settles is an error, not a wait for ever', async (t) => {
  const simulation = await Simulation.start();
  await t.rejects(simulation.until(new Promise(() => {})), { code: 'ERR_CONTEXT' });
  await simulation.stop();
});

t.test('an ask that fails rejects as it does in a real system', async (t) => {
  const simulation = await Simulation.start();
  const counter = simulation.system.spawn(Counter, { start: 0 }, { restart: 'temporary' });
  counter.tell({ type: 'inc', by: -1 });
  const failed = simulation.until(counter.ask({ type: 'get' }));
  await t.rejects(failed, { code: 'ERR_NO_SUCH_ACTOR' });
  await simulation.stop();
});
