import { ActorSystem } from '../../../runtime/index.js';
import { OneForOne } from './bosses.js';
import { Gauge, heapBytes } from './gauge.js';
import { eventually } from './kit.js';
import { say } from './run-script.js';
import { Subject } from './subject.js';

/** Repeats one thing and measures the heaps of all threads after each of four rounds. */
const [what = 'spawns', countText = '1000'] = process.argv.slice(2);
const count = Number(countText);
const options = {
  threads: 2,
  idleLevel: 0,
  supervision: { intensity: 1e6 },
  threadIntensity: { intensity: 1000, periodMs: 1 },
} as const;
const system = await ActorSystem.start(options);
const gauges = [1, 2].map((placement) => system.spawn(Gauge, undefined, { placement }));
const boss = system.spawn(OneForOne, null, { placement: 1 });
const subjects = [0, 1, 2].map((placement) => system.spawn(Subject, { label: 'x' }, { placement }));

const WORK: Readonly<Record<string, () => Promise<void>>> = {
  spawns: async () => {
    for (let done = 0; done < count; done += 100) {
      const spawned = Array.from({ length: 100 }, (_, i) =>
        system.spawn(Subject, { label: 'y' }, { placement: i % 3, name: `n${i}` }),
      );
      const hired = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          boss.ask({ type: 'hire', args: { label: 'z' }, options: { placement: i % 3 } }),
        ),
      );
      await Promise.all([...spawned, ...hired].map((actor) => system.stopActor(actor)));
    }
  },
  asks: async () => {
    for (let done = 0; done < count; done += 200) {
      const asks = subjects.flatMap((subject) =>
        Array.from({ length: 100 }, (_, i) =>
          i % 2 === 0
            ? subject.ask({ type: 'report' }).then(() => {})
            : subject.ask({ type: 'late-answer' }, { timeoutMs: 5 }).catch(() => {}),
        ),
      );
      await Promise.all(asks);
    }
  },
  timers: async () => {
    for (let done = 0; done < count; done++) {
      for (const subject of subjects) {
        subject.tell({ type: 'timer', delayMs: 1e6 + done, text: `t${done % 50}` });
      }
      if (done % 100 === 0)
        await Promise.all(subjects.map((subject) => subject.ask({ type: 'report' })));
    }
  },
  restarts: async () => {
    for (let done = 0; done < count; done++) {
      for (const subject of subjects) {
        subject.tell({ type: 'watch', actor: boss });
        subject.tell({ type: 'boom' });
      }
      await Promise.all(subjects.map((subject) => subject.ask({ type: 'report' })));
    }
  },
  threads: async () => {
    for (let done = 0; done < count; done++) {
      const replaced = new Promise((resolve) => system.events.once('thread-replaced', resolve));
      system.killThread(1 + (done % 2));
      await replaced;
      await Promise.all(subjects.map((subject) => subject.ask({ type: 'report' })));
    }
  },
  systems: async () => {
    for (let done = 0; done < count; done++) {
      const other = await ActorSystem.start(options);
      await other.spawn(Subject, { label: 'x' }).ask({ type: 'report' });
      await other.stop();
    }
  },
};

for (let round = 0; round < 4; round++) {
  await WORK[what]!();
  const heaps = [
    heapBytes(),
    ...(await Promise.all(gauges.map((gauge) => gauge.ask({ type: 'measure' })))),
  ];
  const { main } = ActorSystem.internals(system);
  await eventually('no ask is open', () => main.thread.asks.size === 0);
  say({
    round,
    heaps,
    arrayBuffers: process.memoryUsage().arrayBuffers,
    rss: process.memoryUsage().rss,
    cells: main.thread.cells.size,
    asks: main.thread.asks.size,
    families: main.thread.families.size,
    resources: process.getActiveResourcesInfo().length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  });
}
say({ clean: (await system.stop()).clean });
