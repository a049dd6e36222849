import t, { type Test } from 'tap';
import { ActorSystem, type Message } from '../../runtime/index.js';
import { Simulation, TestProbe } from '../../runtime/testkit/index.js';
import { Counter } from './fixtures/actors.js';

/** A system with a way to make probes for it: the real one and the simulated one behave alike. */
interface World {
  readonly system: ActorSystem;
  readonly probe: <M extends Message>() => TestProbe<M>;
  readonly until: <T>(promise: Promise<T>) => Promise<T>;
}

const WORLDS: Readonly<Record<string, (t: Test) => Promise<World>>> = {
  'a real system': async (t) => {
    const system = await ActorSystem.start({ threads: 1 });
    t.teardown(() => system.stop());
    return { system, probe: () => TestProbe.start(system), until: (promise) => promise };
  },
  'a simulation': async (t) => {
    const simulation = await Simulation.start({ threads: 1 });
    t.teardown(() => simulation.stop());
    const until = <T>(promise: Promise<T>): Promise<T> => simulation.until(promise);
    return { system: simulation.system, probe: () => simulation.probe(), until };
  },
};

type Note = { type: 'note'; n: number };

for (const [name, start] of Object.entries(WORLDS)) {
  t.test(`in ${name} a probe gives messages in their order`, async (t) => {
    const { probe } = await start(t);
    const eye = probe<Note>();
    for (let n = 1; n <= 3; n++) eye.ref.tell({ type: 'note', n });
    for (let n = 1; n <= 3; n++) t.match(await eye.expectMessage(), { type: 'note', n });
  });

  t.test(
    `in ${name} a message that does not come, and one that should not, are failures`,
    async (t) => {
      const { probe } = await start(t);
      const eye = probe<Note>();
      await t.rejects(eye.expectMessage(20), { code: 'ERR_ASSERTION', message: /within 20 ms/ });
      await eye.expectNoMessage(20);
      eye.ref.tell({ type: 'note', n: 1 });
      await t.rejects(eye.expectNoMessage(1000), { code: 'ERR_ASSERTION', message: /'note' came/ });
      t.match(await eye.expectMessage(), { n: 1 }, 'it can still be looked at');
    },
  );

  t.test(`in ${name} a probe answers what it is asked`, async (t) => {
    const { probe, until } = await start(t);
    const eye = probe<Message>();
    const answer = eye.ref.ask({ type: 'how much' } as never) as Promise<unknown>;
    t.match(await eye.expectMessage(), { type: 'how much' });
    eye.reply(42);
    t.equal(await until(answer), 42);
    t.throws(() => eye.reply(43), { code: 'ERR_ASSERTION' }, 'once');
  });

  t.test(`in ${name} a probe hears of ends, also of those long past`, async (t) => {
    const { system, probe, until } = await start(t);
    const counter = system.spawn(Counter, { start: 0 }, { placement: 1 });
    const eye = probe();
    await t.rejects(eye.expectTerminated(counter, 20), { message: /has not ended within 20 ms/ });
    const stopped = system.stopActor(counter);
    t.match(await eye.expectTerminated(counter), { type: 'shutdown' });
    await until(stopped);
    t.match(await probe().expectTerminated(counter), { type: 'failed' }, 'it was gone before');
  });
}

t.test(
  'in a simulation the wait of a probe takes virtual time, and ends with what it waits for',
  async (t) => {
    const simulation = await Simulation.start();
    const eye = simulation.probe<Note>();
    const beforeMs = simulation.nowMs;
    await eye.expectNoMessage(60_000);
    t.ok(simulation.nowMs <= beforeMs + 60_000);
    await simulation.stop();
  },
);
