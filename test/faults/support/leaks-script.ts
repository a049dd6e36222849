import { getHeapStatistics } from 'node:v8';
import { ActorSystem } from '../../../runtime/index.js';
import { Gauge } from '../../contract/fixtures-b/gauge.js';
import { eventually } from '../../contract/fixtures-b/kit.js';
import { Holder } from './holder.js';
import { say } from './run-process.js';
import { turns } from './turns.js';
import { Witness } from './witness.js';

/** Repeats one thing and measures the process after each quarter. Arguments: what, how often in all. */
const [what = 'spawns', countText = '1000'] = process.argv.slice(2);
const QUARTERS = 4;
const count = Number(countText) / QUARTERS;
const BATCH_COUNT = 200;

const options = {
  threads: 2,
  idleLevel: 0,
  supervision: { intensity: 1e6 },
  threadIntensity: { intensity: 1000, periodMs: 1 },
} as const;
const system = await ActorSystem.start(options);
const gauges = [1, 2].map((placement) => system.spawn(Gauge, undefined, { placement }));
const holders = [0, 1, 2].map((placement) => system.spawn(Holder, null, { placement }));

const WORK: Readonly<Record<string, () => Promise<void>>> = {
  spawns: async () => {
    for (let done = 0; done < count; done += BATCH_COUNT) {
      const actors = Array.from({ length: BATCH_COUNT }, (_, i) =>
        system.spawn(Witness, {}, { placement: i % 3, ...(i % 2 === 0 ? { name: `n${i}` } : {}) }),
      );
      for (const actor of actors) actor.tell({ type: 'count', from: 0, n: 1 });
      await Promise.all(actors.map((actor) => system.stopActor(actor)));
    }
  },
  asks: async () => {
    for (let done = 0; done < count; done += BATCH_COUNT) {
      const asks = Array.from({ length: BATCH_COUNT }, (_, i) => {
        const holder = holders[i % 3]!;
        if (i % 2 === 0) return holder.ask({ type: 'held' }).then(() => {});
        return holder.ask({ type: 'wait', n: i }, { timeoutMs: 2 }).then(
          () => {},
          () => {},
        );
      });
      await Promise.all(asks);
      // The answers to those that have given up come too late, and are dropped.
      for (const holder of holders) holder.tell({ type: 'release' });
    }
  },
  threads: async () => {
    for (let done = 0; done < count; done++) {
      const replaced = new Promise((resolve) => system.events.once('thread-replaced', resolve));
      system.killThread(1 + (done % 2));
      await replaced;
      await Promise.all(holders.map((holder) => holder.ask({ type: 'held' })));
    }
  },
  systems: async () => {
    for (let done = 0; done < count; done++) {
      const other = await ActorSystem.start(options);
      const placements = [0, 1, 2];
      await Promise.all(
        placements.map((placement) =>
          other.spawn(Witness, {}, { placement }).ask({ type: 'report' }),
        ),
      );
      await other.stop();
    }
  },
};

/** Kinds of handles that hold the event loop, with their numbers. */
function handles(): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) kinds[kind] = (kinds[kind] ?? 0) + 1;
  // Pipes of this script, and immediates of the loop that has just turned.
  delete kinds['PipeWrap'];
  delete kinds['Immediate'];
  return kinds;
}

async function measure(quarter: number): Promise<void> {
  const { main } = ActorSystem.internals(system);
  await eventually('no ask is open', () => main.thread.asks.size === 0);
  for (let i = 0; i < 4; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await turns(10);
  }
  const workerHeaps = await Promise.all(gauges.map((gauge) => gauge.ask({ type: 'measure' })));
  const { rss, arrayBuffers, external } = process.memoryUsage();
  say({
    quarter,
    heaps: [getHeapStatistics().used_heap_size, ...workerHeaps],
    rss,
    arrayBuffers,
    external,
    handles: handles(),
    cells: main.thread.cells.size,
  });
}

for (let quarter = 0; quarter < QUARTERS; quarter++) {
  await WORK[what]!();
  await measure(quarter);
}
say({ clean: (await system.stop()).clean });
