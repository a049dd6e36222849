import t from 'tap';
import { ActorSystem } from '../../runtime/index.js';
import { Collector, Relay, Spawner } from './fixtures/causality.js';

const COUNT = 5000;

t.test(
  'Delivery: a reference works at once on every thread, also before the spawn has arrived there',
  async (t) => {
    const system = await ActorSystem.start({ threads: 3, idleLevel: 0 });
    const collector = system.spawn(Collector, undefined, { placement: 1 });
    const relay = system.spawn(Relay, undefined, { placement: 2 });
    const spawner = system.spawn(Spawner, undefined, { placement: 1 });
    spawner.tell({ type: 'spawn', count: COUNT, thread: 3, relay, collector });
    t.equal(await collector.ask({ type: 'all', count: COUNT }, { timeoutMs: 30_000 }), COUNT);
    t.equal(system.metrics().deadLetters, 0);
    await system.stop();
  },
);
