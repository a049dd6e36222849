import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Bench, check, countOf, type Figure, type Subject } from './harness.js';
import { assertConserved, startSystem } from './system.js';
import { Tally } from './tally-actors.js';

const THREADS = 4;
/** After the last message: threads poll, then park, and V8 ends what it had begun. */
const SETTLE_MS = 150;
/** Even one thread that polls takes 100 %. */
const MOST_PERCENT = 10;

/** Processor time of the whole process, in percent of one processor, over a time of rest. */
async function restPercent(forMs: number): Promise<number> {
  await delay(SETTLE_MS);
  const startMs = performance.now();
  const before = process.cpuUsage();
  await delay(forMs);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (performance.now() - startMs) / 10;
}

/** Threads that have worked and now have nothing to do; they live for one round only. */
abstract class RestSubject implements Subject {
  abstract readonly name: string;
  readonly #restMs: number;

  constructor(restMs: number) {
    this.#restMs = restMs;
  }

  /** Starts the threads. @returns what ends them */
  protected abstract start(): Promise<() => Promise<void>>;

  async open(): Promise<void> {}

  async round(): Promise<readonly Figure[]> {
    const stop = await this.start();
    try {
      const percent = await restPercent(this.#restMs);
      check(percent < MOST_PERCENT, () => `threads at rest use ${percent} % of a processor`);
      return [{ suffix: '', value: percent, unit: '%' }];
    } finally {
      await stop();
    }
  }

  async close(): Promise<void> {}
}

/** A system each of whose threads has an actor that has handled a message. */
class SystemAtRest extends RestSubject {
  readonly name = 'troupe';

  protected async start(): Promise<() => Promise<void>> {
    const system = await startSystem({ threads: THREADS });
    const actors = Array.from({ length: THREADS }, (_, i) =>
      system.spawn(Tally, undefined, { placement: i + 1 }),
    );
    for (const actor of actors) actor.tell({ type: 'inc', n: 1 });
    const tallies = await Promise.all(actors.map((actor) => actor.ask({ type: 'mark' })));
    check(
      tallies.every(({ count }) => count === 1),
      () => 'not every thread has handled its message',
    );
    await assertConserved(system);
    return async () => {
      await system.stop();
    };
  }
}

/** Bare threads that wait for a message. */
class WorkersAtRest extends RestSubject {
  readonly name = 'worker_threads';

  protected async start(): Promise<() => Promise<void>> {
    const source =
      "const { parentPort: p } = require('node:worker_threads'); p.on('message', (m) => p.postMessage(m));";
    const workers = Array.from({ length: THREADS }, () => new Worker(source, { eval: true }));
    await Promise.all(
      workers.map(
        (worker) =>
          new Promise((resolve, reject) => {
            worker.once('message', resolve).once('error', reject);
            worker.postMessage(1);
          }),
      ),
    );
    return async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    };
  }
}

/** What parked threads cost. */
export const bench: Bench = {
  contests: (scale) => {
    // One late collection of garbage, some 40 ms, is then no tenth of it.
    const restMs = countOf(scale, 2000, 1000);
    return [
      {
        bench: 'idle-cpu',
        subjects: [new SystemAtRest(restMs), new WorkersAtRest(restMs)],
      },
    ];
  },
};
