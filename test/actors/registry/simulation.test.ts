import t from 'tap';
import { type RegistryClient, startRegistry } from '#actors/registry/index.js';
import { type ActorRef, SeededRandom } from '#runtime/index.js';
import { Simulation } from '#runtime/testkit/index.js';
import { Service, type ServiceMessage } from './fixtures/service.js';

const SEED_COUNT = Number(process.env['SEEDS'] ?? 12);
const THREADS = 3;

interface Living {
  readonly instance: string;
  readonly ref: ActorRef<ServiceMessage>;
}

/** Services come and go and threads die, also that of the registry; then all becomes quiet. */
async function play(simulation: Simulation, random: SeededRandom, client: RegistryClient) {
  const { system } = simulation;
  const living: Living[] = [];
  let serial = 0;
  for (let step = 0; step < 25; step++) {
    const choice = random.below(8);
    if (choice < 4) {
      const instance = `i${serial++}`;
      const args = { registry: client.ref, service: 's', instance };
      const placement = 1 + random.below(THREADS);
      living.push({ instance, ref: system.spawn(Service, args, { placement }) });
    } else if (choice === 4 && living.length > 0) {
      const [gone] = living.splice(random.below(living.length), 1);
      gone!.ref.tell({ type: 'stop' });
    } else if (choice === 5 && living.length > 0) {
      living[random.below(living.length)]!.ref.tell({ type: 'fail' });
    } else if (choice === 6) {
      const thread = 1 + random.below(THREADS);
      if (system.aliveThreads.includes(thread)) simulation.killThread(thread);
    } else {
      client.register({ service: 's', instance: 'main', ttlMs: 5000 }).catch(() => {});
    }
    await simulation.advance(random.below(400));
  }
  await simulation.advance(60_000);
  return living;
}

t.test(
  'whatever dies in which order: in the end every thread finds those who live, and nobody else',
  async (t) => {
    for (let seed = 1; seed <= SEED_COUNT; seed++) {
      const simulation = await Simulation.start({
        threads: THREADS,
        seed,
        threadIntensity: { intensity: 1000, periodMs: 1000 },
        supervision: { intensity: 1000, periodMs: 1000 },
      });
      const random = new SeededRandom(seed);
      const clock = { now: () => simulation.nowMs };
      const options = { clock, thread: seed % (THREADS + 1), holdAt: 1000 };
      const client = await simulation.until(startRegistry(simulation.system, options));
      const living = await play(simulation, random, client);
      const expected = new Set(living.map(({ instance }) => instance));
      const found = client.discover('s').instances.map(({ instance }) => instance);
      const others = found.filter((instance) => !expected.has(instance) && instance !== 'main');
      t.same(others, [], `seed ${seed}: nobody who is gone`);
      t.same(
        [...expected].filter((one) => !found.includes(one)),
        [],
        `seed ${seed}: all who live`,
      );
      for (let thread = 0; thread <= THREADS; thread++) {
        const reader = simulation.system.spawn(
          Service,
          { registry: client.ref },
          { placement: thread },
        );
        const seen = await simulation.until(reader.ask({ type: 'discover', service: 's' }));
        t.same([...seen].sort(), [...found].sort(), `seed ${seed}: thread ${thread} agrees`);
      }
      t.ok((await simulation.stop()).clean, `seed ${seed}: stops`);
    }
  },
);
