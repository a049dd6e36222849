import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { PortJob, PortReport, PortResult, PortSetup } from './port-jobs.js';

/** A job under way. */
export interface PortTask {
  /** Resolves when the worker listens, for jobs that do. */
  readonly ready: Promise<void>;
  readonly done: Promise<PortResult>;
}

/** Bare worker threads, numbered from 0, joined by MessageChannels. */
export class PortThreads {
  readonly #workers: readonly Worker[];
  readonly #reports = new Map<number, (report: PortReport) => void>();
  #lastId = 0;
  #fail: (error: Error) => void = () => {};
  readonly #failed: Promise<never>;

  /**
   * @param threads how many
   * @param channels the two ends of each channel: `[0, 1]` joins these threads, `[1, 1]` has both ends in
   *   thread 1. On each thread ports are numbered in the order of this list.
   * @param heapBytes of objects in the heap of each thread, beside the modules of the runtime; 0: neither
   */
  constructor(
    threads: number,
    channels: readonly (readonly [number, number])[],
    heapBytes: number = 0,
  ) {
    const ports: MessagePort[][] = Array.from({ length: threads }, () => []);
    for (const [from, to] of channels) {
      const { port1, port2 } = new MessageChannel();
      ports[from]!.push(port1);
      ports[to]!.push(port2);
    }
    this.#failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    this.#failed.catch(() => {});
    this.#workers = ports.map((own) => this.#start(own, heapBytes));
  }

  #start(ports: MessagePort[], heapBytes: number): Worker {
    const module = new URL('./port-worker.js', import.meta.url);
    const worker = new Worker(module, {
      workerData: { ports, heapBytes } satisfies PortSetup,
      transferList: ports,
    });
    worker.on('message', (report: PortReport) => this.#reports.get(report.id)?.(report));
    worker.on('error', (error) => this.#fail(error as Error));
    return worker;
  }

  /** Gives a thread a job. */
  begin(thread: number, job: PortJob): PortTask {
    const id = ++this.#lastId;
    let onReady = (): void => {};
    const ready = new Promise<void>((resolve) => {
      onReady = resolve;
    });
    const done = new Promise<PortResult>((resolve) => {
      this.#reports.set(id, ({ result }) => {
        onReady();
        if (result === undefined) return;
        this.#reports.delete(id);
        resolve(result as PortResult);
      });
    });
    this.#workers[thread]!.postMessage({ id, job });
    return {
      ready: Promise.race([ready, this.#failed]),
      done: Promise.race([done, this.#failed]),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
