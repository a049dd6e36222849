import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { check, type Figure, rate, type Subject } from '../harness.js';
import { latencyFigures } from '../pingpong-subject.js';
import { RING_BYTES } from './spsc-ring.js';
import type { FloorReport, FloorSetup } from './step.js';

/** A floor, or one with some of its steps taken, on threads of its own. */
export interface FloorPlan extends Omit<FloorSetup, 'side' | 'shared'> {
  readonly name: string;
  readonly threads: 1 | 2;
  readonly count: number;
  readonly unit: string;
}

/** Does the work of a bench with no runtime at all. */
export class FloorSubject implements Subject {
  readonly name: string;
  readonly #plan: FloorPlan;
  readonly #shared = [
    new SharedArrayBuffer(RING_BYTES),
    new SharedArrayBuffer(RING_BYTES),
  ] as const;
  #workers: readonly Worker[] = [];

  constructor(plan: FloorPlan) {
    this.name = plan.name;
    this.#plan = plan;
  }

  async open(): Promise<void> {
    const { program, work, step, localStep, threads } = this.#plan;
    const module = new URL('./floor-worker.js', import.meta.url);
    const sides = threads === 1 ? ([0] as const) : ([0, 1] as const);
    this.#workers = sides.map((side) => {
      const shared = this.#shared;
      const workerData: FloorSetup = { program, work, step, localStep, side, shared };
      return new Worker(module, { workerData });
    });
    await Promise.all(this.#workers.map((worker) => once(worker, 'online')));
  }

  async round(): Promise<readonly Figure[]> {
    const { count, unit } = this.#plan;
    for (const shared of this.#shared) new Int32Array(shared).fill(0);
    const done = Promise.all(this.#workers.map((worker) => once(worker, 'message')));
    for (const worker of this.#workers) worker.postMessage(count);
    const reports = ((await done) as [FloorReport][]).map(([report]) => report);
    const last = reports.at(-1)!;
    check(last.handled === count, () => `${this.name} handled ${last.handled}, not ${count}`);
    const { startNs, latenciesUs } = reports[0]!;
    const endNs = Math.max(...reports.map((report) => report.endNs));
    const figure = rate(count, endNs - startNs, unit);
    return latenciesUs.length === 0 ? [figure] : [figure, ...latencyFigures(count, latenciesUs)];
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
