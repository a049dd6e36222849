import t from 'tap';
import { ActorSystem } from '../../runtime/index.js';
import type { ActorRef } from '../../runtime/ref/actor-ref.js';
import { Simulation } from '../../runtime/testkit/index.js';
import { Recovery } from '../../runtime/worker/recovery.js';
import {
  Counter,
  type CounterMessage,
  closeExit,
  closeGate,
  Doubter,
  exit,
  Forgetful,
  gate,
  Nest,
  Parent,
  Sleeper,
} from './fixtures/actors.js';

const SEEDS = Array.from({ length: 25 }, (_, index) => index + 1);

t.test('a timer that is started while the thread sleeps fires in time', async (t) => {
  const simulation = await Simulation.start({ threads: 1 });
  const sleeper = simulation.system.spawn(Sleeper, undefined, { placement: 1 });
  const probe = simulation.probe<{ type: 'woken' }>();
  closeGate();
  sleeper.tell({ type: 'go', who: probe.ref });
  await simulation.run();
  gate.open();
  t.match(await probe.expectMessage(50), { type: 'woken' });
  await simulation.stop();
});

t.test(
  'what was sent to an actor of a pinned thread that ended is not held for ever',
  async (t) => {
    const simulation = await Simulation.start({ threads: 1, pinnedThreads: 1 });
    const { system } = simulation;
    const parent = system.spawn(Parent, undefined, { placement: 1 });
    const child = await simulation.until(parent.ask({ type: 'bear', placement: 'pinned' }));
    await simulation.until(system.stopActor(child));
    await simulation.run();
    t.same(system.aliveThreads, [0, 1], 'its thread has been given back');
    child.tell({ type: 'inc', by: 1 });
    const probe = simulation.probe();
    probe.watch(child);
    const next = system.spawn(Counter, { start: 5 }, { placement: 'pinned' });
    t.equal(await simulation.until(next.ask({ type: 'get' })), 5);
    t.match(await probe.expectTerminated(child), { type: 'failed' });
    await simulation.run();
    const { queued, total } = system.metrics();
    t.equal(queued, 0);
    t.equal(total['dead:no-such-actor'], 1);
    t.ok((await simulation.stop()).clean);
  },
);

t.test('actors of a dead thread come back although a pinned thread ends meanwhile', async (t) => {
  for (const seed of SEEDS) {
    const simulation = await Simulation.start({ threads: 2, pinnedThreads: 1, seed });
    const { system } = simulation;
    const lonely = system.spawn(Counter, { start: 0 }, { placement: 'pinned' });
    const survivor = system.spawn(Counter, { start: 1 }, { placement: 2, restart: 'permanent' });
    await simulation.run();
    void system.stopActor(lonely);
    await simulation.advance(seed / 100);
    simulation.killThread(2);
    const answer = await simulation.until(survivor.ask({ type: 'get' }));
    if (answer !== 1) t.equal(answer, 1, `seed ${seed}`);
    await simulation.stop();
  }
  t.pass('for all seeds');
});

t.test(
  'a pinned actor that is spawned while the system drains does not hold up the stop',
  async (t) => {
    for (const seed of SEEDS) {
      const simulation = await Simulation.start({ threads: 1, pinnedThreads: 1, seed });
      const parent = simulation.system.spawn(Parent, undefined, { placement: 1 });
      await simulation.run();
      parent.tell({ type: 'grow' });
      const { clean, alive } = await simulation.stop();
      if (!clean) t.ok(clean, `seed ${seed}: alive ${alive}`);
    }
    t.pass('for all seeds');
  },
);

t.test('a spawn by one who does not know of the death yet is void, until it does', async (t) => {
  const recovery = new Recovery({} as never, 7, [
    [0, 1],
    [2, 3],
  ]);
  t.ok(recovery.voids(1) && recovery.voids(3));
  t.notOk(recovery.voids(9), 'one that was not there at the death');
  recovery.recoveryBegun(0, 6);
  t.ok(recovery.voids(1), 'the word was about an earlier death');
  recovery.recoveryBegun(0, 7);
  t.notOk(recovery.voids(1));
  t.ok(recovery.voids(3));
  recovery.recoveryDone(2, 7);
  t.notOk(recovery.voids(3));
  t.notOk(new Recovery({} as never, 0, []).voids(1), 'nor is any for a thread that replaces none');
});

t.test('a watch that is ended in the turn in which the news came is void', async () => {
  for (const withMessage of [false, true]) {
    const simulation = await Simulation.start({ threads: 1 });
    const { system } = simulation;
    const doubter = system.spawn(Doubter, undefined, { placement: 1 });
    const counter = system.spawn(Counter, { start: 0 }, { placement: 1 });
    const probe = simulation.probe<{ type: 'gone' }>();
    closeGate();
    doubter.tell({ type: 'doubt', actor: counter, who: probe.ref, withMessage });
    await simulation.run();
    await simulation.until(system.stopActor(counter));
    gate.open();
    await probe.expectNoMessage(50);
    await simulation.stop();
  }
});

t.test('a start that is begun again is not confused by the end of a former child', async (t) => {
  const simulation = await Simulation.start({ threads: 2 });
  closeGate();
  closeExit();
  const nest = simulation.system.spawn(Nest, undefined, { placement: 1 });
  await simulation.run();
  simulation.killThread(1);
  await simulation.advance(10);
  gate.open();
  await simulation.run();
  exit.open();
  await simulation.run();
  t.equal(await simulation.until(nest.ask({ type: 'children' })), 1);
  await simulation.stop();
});

t.test('a message that comes before its actor waits for it on its own thread, too', async (t) => {
  const simulation = await Simulation.start({ threads: 1 });
  const { system } = simulation;
  const parent = system.spawn(Parent, undefined, { placement: 1 });
  await simulation.run();
  const { thread } = ActorSystem.internals(system).main;
  // What another thread could have passed on by now: the first actor that thread 1 will spawn here.
  const address = { thread: 0, creator: parent.creator + 1, slot: 0, generation: 1 };
  const early = thread.makeRef(address, undefined) as unknown as ActorRef<CounterMessage>;
  t.ok(early.tell({ type: 'inc', by: 4 }));
  const child = await simulation.until(parent.ask({ type: 'bear', placement: 0 }));
  t.ok(child.equals(early), 'it was the address of this one');
  t.equal(await simulation.until(child.ask({ type: 'get' })), 4);
  await simulation.stop();
});

t.test('who asks an actor that interleaves hears of its end at once', async (t) => {
  const simulation = await Simulation.start({ threads: 1 });
  const { system } = simulation;
  const forgetful = system.spawn(Forgetful, undefined, { placement: 1 });
  const asked = forgetful.ask({ type: 'wait' }, { timeoutMs: 60_000 });
  const settled = asked.then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );
  await simulation.advance(10);
  forgetful.tell({ type: 'break' });
  t.equal(await simulation.until(settled), 'ERR_ACTOR_FAILED');
  await simulation.stop();
});
