import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { ActorRef, ActorSystem, SystemOptions } from 'troupe';
import { check, type Figure, type Subject } from './harness.js';
import {
  BACKLOG,
  type Flooded,
  Sink,
  type SinkMessage,
  Source,
  type SourceMessage,
} from './latency-actors.js';
import type { LatencySummary } from './latency-histogram.js';
import type { LatencyJob, LatencyPortData } from './latency-port-worker.js';
import { assertConserved, startSystem } from './system.js';

/** Loads at which the latency is taken, in percent of the greatest. */
const LOADS_PERCENT = [10, 50, 90] as const;
const BURST = 1000;

/** How much work one round is. */
export interface LatencyPlan {
  /** Messages by which the greatest load is found. */
  readonly floodCount: number;
  /** How long each load lasts. */
  readonly loadMs: number;
}

/** A sender and a receiver on two threads: first as fast as it goes, then at parts of that. */
abstract class LatencySubject implements Subject {
  abstract readonly name: string;
  readonly #plan: LatencyPlan;

  constructor(plan: LatencyPlan) {
    this.#plan = plan;
  }

  abstract open(): Promise<void>;
  abstract close(): Promise<void>;
  protected abstract flood(count: number, burst: number): Promise<Flooded>;
  protected abstract schedule(count: number, intervalMs: number): Promise<LatencySummary>;

  async round(): Promise<readonly Figure[]> {
    const { floodCount, loadMs } = this.#plan;
    const flooded = await this.flood(floodCount, BURST);
    check(flooded.count === floodCount, () => `${flooded.count} of ${floodCount} came`);
    const perMs = floodCount / (flooded.elapsedNs / 1e6);
    const figures: Figure[] = [{ suffix: '.load', value: perMs * 1e3, unit: 'msg/s' }];
    for (const percent of LOADS_PERCENT) {
      const intervalMs = 100 / (percent * perMs);
      const count = Math.max(1, Math.round(loadMs / intervalMs));
      const summary = await this.schedule(count, intervalMs);
      check(summary.count === count, () => `${summary.count} of ${count} came at ${percent} %`);
      figures.push(...latencyFigures(`.${percent}`, summary));
    }
    return figures;
  }
}

/** One figure for each quantile. */
export function latencyFigures(prefix: string, summary: LatencySummary): Figure[] {
  const { p50Us, p99Us, p999Us, maxUs } = summary;
  const quantiles = { p50: p50Us, p99: p99Us, 'p99.9': p999Us, max: maxUs };
  return Object.entries(quantiles).map(([name, value]) => ({
    suffix: `${prefix}.${name}`,
    value,
    unit: 'us',
  }));
}

/** Actors on threads 1 and 2. */
export class TroupeLatency extends LatencySubject {
  readonly name: string;
  readonly #options: SystemOptions;
  #system: ActorSystem | undefined;
  #source: ActorRef<SourceMessage> | undefined;
  #sink: ActorRef<SinkMessage> | undefined;

  constructor(name: string, options: SystemOptions, plan: LatencyPlan) {
    super(plan);
    this.name = name;
    this.#options = options;
  }

  async open(): Promise<void> {
    const options = { threads: 2, overflowMessages: BACKLOG, ...this.#options };
    const system = await startSystem(options);
    this.#system = system;
    this.#source = system.spawn(Source, undefined, { placement: 1 });
    this.#sink = system.spawn(Sink, undefined, { placement: 2 });
    await Promise.all([system.started(this.#source), system.started(this.#sink)]);
  }

  protected async flood(count: number, burst: number): Promise<Flooded> {
    return this.#source!.ask({ type: 'flood', to: this.#sink!, count, burst });
  }

  protected async schedule(count: number, intervalMs: number): Promise<LatencySummary> {
    const to = this.#sink!;
    const summary = await this.#source!.ask({ type: 'schedule', to, count, intervalMs });
    await assertConserved(this.#system!);
    return summary;
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}

/** Two bare threads and a MessageChannel. */
export class PortLatency extends LatencySubject {
  readonly name = 'postMessage';
  readonly #workers: Worker[] = [];
  /** Rejects when a worker fails. */
  #failed: Promise<never> | undefined;

  async open(): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    for (const [role, port] of [
      ['source', port1],
      ['sink', port2],
    ] as const) {
      const workerData: LatencyPortData = { role, port };
      const module = new URL('./latency-port-worker.js', import.meta.url);
      this.#workers.push(new Worker(module, { workerData, transferList: [port] }));
    }
    this.#failed = new Promise((_, reject) => {
      for (const worker of this.#workers) worker.on('error', reject);
    });
    this.#failed.catch(() => {});
  }

  protected async flood(count: number, burst: number): Promise<Flooded> {
    return (await this.#run({ type: 'flood', count, burst })) as Flooded;
  }

  protected async schedule(count: number, intervalMs: number): Promise<LatencySummary> {
    return (await this.#run({ type: 'schedule', count, intervalMs })) as LatencySummary;
  }

  async #run(job: LatencyJob): Promise<unknown> {
    const source = this.#workers[0]!;
    const done = once(source, 'message');
    source.postMessage(job);
    const [result] = await Promise.race([done, this.#failed!]);
    return result;
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
