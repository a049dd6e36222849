import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { check, type Figure, type Subject } from './harness.js';
import { roundTripFigures } from './pingpong-subject.js';
import { SAB_WORDS, type SabReport, type SabSetup, type SabWait } from './sab-jobs.js';

/** The floor of an exchange between two threads: two words in shared memory, no message, no event loop. */
export class SabPingPong implements Subject {
  readonly name: string;
  readonly #how: SabWait;
  readonly #count: number;
  readonly #words = new Int32Array(new SharedArrayBuffer(SAB_WORDS * 4));
  #workers: readonly Worker[] = [];

  constructor(how: SabWait, count: number) {
    this.name = `sab-${how}`;
    this.#how = how;
    this.#count = count;
  }

  async open(): Promise<void> {
    const module = new URL('./sab-worker.js', import.meta.url);
    this.#workers = (['ping', 'pong'] as const).map((side) => {
      const workerData: SabSetup = { words: this.#words, side, how: this.#how };
      return new Worker(module, { workerData });
    });
    await Promise.all(this.#workers.map((worker) => once(worker, 'online')));
  }

  async round(): Promise<readonly Figure[]> {
    this.#words.fill(0);
    const [ping, pong] = this.#workers;
    const done = Promise.all([once(ping!, 'message'), once(pong!, 'message')]);
    pong!.postMessage(this.#count);
    ping!.postMessage(this.#count);
    const [[report]] = (await done) as [[SabReport], unknown];
    check(this.#words[0] === this.#count, () => `${this.#words[0]} round trips`);
    return roundTripFigures(this.#count, report.elapsedNs, report.latenciesUs);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
