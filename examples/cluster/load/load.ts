import { Worker } from 'node:worker_threads';
import type { LoadArgs, Progress, Result } from './load-thread.js';

/** Requests of many customers, from a thread of their own. */
export class Load {
  readonly #worker: Worker;
  readonly #result: Promise<Result>;
  /** The last word about how it goes. */
  last: Progress | undefined;

  constructor(args: LoadArgs, onProgress: (progress: Progress) => void) {
    this.#worker = new Worker(new URL('load-thread.js', import.meta.url), { workerData: args });
    this.#result = new Promise((resolve, reject) => {
      this.#worker.on('message', (message: Progress | Result) => {
        if (message.type === 'result') resolve(message);
        else {
          this.last = message;
          onProgress(message);
        }
      });
      this.#worker.once('error', reject);
      this.#worker.once('exit', () => reject(new Error('the load ended by itself')));
    });
    // Whoever stops it hears of it.
    this.#result.catch(() => {});
  }

  /** Ends it, and gives what its customers have seen. */
  stop(): Promise<Result> {
    this.#worker.postMessage('stop');
    return this.#result;
  }

  /** Ends it at once, whatever it does. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }
}
