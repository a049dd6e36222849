import t, { type Test } from 'tap';
import type { ActorRef } from '../../runtime/index.js';
import { conserves, eventually, limited } from '../contract/fixtures-b/kit.js';
import { Pump } from './support/pump.js';
import { ms, scaled } from './support/scale.js';
import { PatientNest } from './support/scene.js';
import { startFor } from './support/started.js';
import { turns } from './support/turns.js';
import { Witness, type WitnessMessage } from './support/witness.js';

/** Two that die, and one beside main that must not notice. */
const THREADS = 3;

async function begin(t: Test) {
  const { system, events } = await startFor(t, {
    threads: THREADS,
    threadIntensity: { intensity: 1000, periodMs: 1000 },
    supervision: { intensity: 1000 },
  });
  const home = system.spawn(Witness, {}, { placement: 0 });
  const third = system.spawn(Witness, {}, { placement: 3 });
  const dying = [1, 2].map((placement) => system.spawn(Witness, {}, { placement }));
  // Its children live on thread 1, it lives on thread 2: both deaths meet in it.
  const nest = system.spawn(PatientNest, null, { name: 'nest', placement: 2 });
  await system.started(nest);
  const pumps = [
    system.spawn(Pump, { id: 0, targets: [...dying, third], peer: third }, { placement: 0 }),
    system.spawn(Pump, { id: 3, targets: [...dying, home], peer: home }, { placement: 3 }),
  ] as const;
  for (const pump of pumps) pump.tell({ type: 'begin' });
  return { system, events, home, third, dying, nest, pumps };
}

type Scene = Awaited<ReturnType<typeof begin>>;

async function served(actor: ActorRef<WitnessMessage>): Promise<void> {
  await eventually('the traffic reaches it', async () => {
    return (await actor.ask({ type: 'report' }, { timeoutMs: 15_000 })).seenCount > 50;
  });
}

async function close(t: Test, { system, home, third, pumps }: Scene): Promise<void> {
  for (const pump of pumps) pump.tell({ type: 'end' });
  const reports = await Promise.all(pumps.map((pump) => pump.ask({ type: 'report' })));
  for (const [index, actor] of [third, home].entries()) {
    const { sentCount, failures } = reports[index]!;
    t.same(failures, [], 'no question between the living failed');
    const seen = await actor.ask({ type: 'report' });
    t.match(seen, { incarnation: 0, gapCount: 0, disorderCount: 0, seenCount: sentCount });
  }
  await eventually('nothing is under way', () => system.metrics().queued <= 0);
  t.ok(conserves(system).holds, conserves(system).says);
  t.match(await system.stop(), { clean: true, alive: [], error: undefined });
}

t.test('a thread dies at any moment of the death of another, under traffic', async (t) => {
  const scene = await begin(t);
  const { system, events, dying, nest } = scene;
  const rounds = scaled(6, 50);
  const took: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    const began = performance.now();
    const first = 1 + (round % 2);
    system.killThread(first);
    // At once; before its death is known; while it is replaced; while its actors are restarted.
    if (round % 3 === 1) await turns(2 ** round % 500);
    if (round % 3 === 2) await events.until('thread-died', () => true, 2 * round - 1);
    system.killThread(3 - first);
    await events.until('thread-replaced', () => true, 2 * round);
    for (const actor of dying) await served(actor);
    const far = await limited('the nest', system.resolve<WitnessMessage>('/user/nest/far'));
    t.equal((await far!.ask({ type: 'report' })).thread, 1, 'its supervisor has children again');
    took.push(performance.now() - began);
  }
  const deaths = events
    .seen('thread-died')
    .map(({ thread, error }) => `${thread}: ${error.message}`);
  t.equal(deaths.length, 2 * rounds, deaths.join('; '));
  const { children, incarnation } = (await system.inspect(nest))!;
  t.equal(incarnation, rounds, 'one restart for each death of its thread');
  t.equal(children, 3);
  t.comment(`${rounds} times two deaths: all served again after ${ms(Math.max(...took))} at most`);
  await close(t, scene);
});
