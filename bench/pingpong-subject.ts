import type { ActorRef, ActorSystem, SystemOptions } from 'troupe';
import { check, type Figure, rate, type Subject } from './harness.js';
import { Ping, type PingMessage, Pong, type PongMessage } from './pingpong-actors.js';
import { quantile } from './statistics.js';
import { assertConserved, startSystem } from './system.js';

/** The figures of a row of round trips; with latencies if there are some. */
export function roundTripFigures(
  count: number,
  elapsedNs: number,
  latenciesUs: Float64Array,
): readonly Figure[] {
  const throughput = rate(count, elapsedNs, 'rt/s');
  if (latenciesUs.length === 0) return [throughput];
  return [throughput, ...latencyFigures(count, latenciesUs)];
}

/** Median and 99th percentile of the latencies of single round trips, which are sorted. */
export function latencyFigures(count: number, latenciesUs: Float64Array): readonly Figure[] {
  check(latenciesUs.length === count, () => `${latenciesUs.length} latencies of ${count}`);
  return [
    { suffix: '.p50', value: quantile(latenciesUs, 0.5), unit: 'us' },
    { suffix: '.p99', value: quantile(latenciesUs, 0.99), unit: 'us' },
  ];
}

/** Troupe with two actors, one message under way. */
export class PingPongSubject implements Subject {
  readonly name: string;
  readonly #options: SystemOptions;
  readonly #threads: readonly [number, number];
  readonly #count: number;
  readonly #timed: boolean;
  #system: ActorSystem | undefined;
  #ping: ActorRef<PingMessage> | undefined;
  #pong: ActorRef<PongMessage> | undefined;

  /** @param threads where the two actors live; `timed` asks for the latency of each round trip */
  constructor(
    name: string,
    options: SystemOptions,
    threads: readonly [number, number],
    count: number,
    timed: boolean,
  ) {
    this.name = name;
    this.#options = options;
    this.#threads = threads;
    this.#count = count;
    this.#timed = timed;
  }

  async open(): Promise<void> {
    const system = await startSystem(this.#options);
    this.#system = system;
    this.#ping = system.spawn(Ping, undefined, { placement: this.#threads[0] });
    this.#pong = system.spawn(Pong, undefined, { placement: this.#threads[1] });
    await Promise.all([system.started(this.#ping), system.started(this.#pong)]);
  }

  async round(): Promise<readonly Figure[]> {
    const count = this.#count;
    const work = {
      type: 'start',
      to: this.#pong!,
      count,
      timed: this.#timed,
    } as const;
    const { elapsedNs, latenciesUs } = await this.#ping!.ask(work);
    await assertConserved(this.#system!);
    return roundTripFigures(count, elapsedNs, latenciesUs);
  }

  async close(): Promise<void> {
    await this.#system?.stop();
  }
}
