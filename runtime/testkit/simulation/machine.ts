import { SeededRandom } from '../../base/random.js';
import type { ControlBlock } from '../../memory/control-block.js';
import type { Environment } from '../../system/environment.js';
import type { ActorThread } from '../../worker/actor-thread.js';
import { MAIN_THREAD, type ThreadConfig } from '../../worker/thread-config.js';
import { controlView } from './control-view.js';
import { Scheduler } from './scheduler.js';
import type { Place, Strand } from './strand.js';
import { Trace } from './trace.js';
import { VirtualHost } from './virtual-host.js';
import type { VirtualThread } from './virtual-thread.js';
import { VirtualTime } from './virtual-time.js';

/** How a machine behaves where nothing is wrong with it. */
export interface MachineOptions {
  readonly seed: number;
  /** Most milliseconds that a reading of a clock costs; 0.02 when left out, 0 for time that only jumps. */
  readonly costMs?: number;
  /** Most milliseconds from the ring of a bell, a start or a death until it is heard; 0.05 when left out. */
  readonly latencyMs?: number;
  readonly configure?: (config: ThreadConfig) => ThreadConfig;
  readonly keepsLines?: boolean;
  /** Something threw that may not. */
  readonly onDefect: (error: Error) => void;
  /** A worker thread has been made, and nothing of it has run. */
  readonly onThread?: (actors: ActorThread) => void;
  /** A worker thread has died; nothing of it runs any more. */
  readonly onDied?: (thread: VirtualThread) => void;
  /** A worker thread has ended as it was told to. */
  readonly onEnded?: () => void;
  /** The system has ended a thread by force. */
  readonly onKilledBySystem?: () => void;
  /** A worker thread dies in the middle of what it does. */
  readonly onKilled?: (thread: VirtualThread, place: Place) => void;
  /** Nothing can run now. */
  readonly onIdle?: () => void;
}

/** Streams of chance, so that more of one does not change another. */
const Stream = { SCHEDULE: 1, CLOCK: 1000, THREAD: 2000, LATENCY: 3, MAIN: 4 } as const;

/** A random source of its own for a purpose. */
export function streamOf(seed: number, stream: number): SeededRandom {
  return new SeededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b));
}

/**
 * A computer that exists in one thread of one process: virtual threads, one virtual time, and an environment
 * in which a real `ActorSystem` runs. All that is left to chance comes from the seed.
 */
export class Machine {
  readonly time = new VirtualTime();
  readonly trace: Trace;
  readonly scheduler: Scheduler;
  readonly main: Strand;
  readonly environment: Environment;
  /** Milliseconds by which the next bell of a member is late. */
  readonly lateBells = new Map<number, number>();
  host: VirtualHost | null = null;
  readonly #options: MachineOptions;
  readonly #latency: SeededRandom;
  readonly #sleepers = new Map<number, () => void>();
  #strandCount = 0;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.trace = new Trace(options.keepsLines === true);
    this.#latency = streamOf(options.seed, Stream.LATENCY);
    const schedule = streamOf(options.seed, Stream.SCHEDULE);
    this.scheduler = new Scheduler(this.time, schedule, this.trace, {
      onKilled: (strand, place) => {
        const thread = this.#threadOf(strand);
        if (thread === undefined) return;
        thread.keepMemory();
        options.onKilled?.(thread, place);
      },
      onBuried: (strand) => {
        const thread = this.#threadOf(strand);
        if (thread !== undefined) this.host!.died(thread, new Error('it was killed at work'));
      },
      onThrown: (strand, error) => {
        const cause = error instanceof Error ? error : new Error(String(error));
        if (!strand.isDead) options.onDefect(cause);
      },
      onIdle: () => options.onIdle?.(),
    });
    this.main = this.makeStrand(MAIN_THREAD);
    this.environment = {
      clock: this.main.clock,
      random: streamOf(options.seed, Stream.MAIN),
      events: this.main,
      configure: options.configure ?? ((config) => config),
      view: (control) => this.viewFor(this.main, control.memory),
      makeHost: (hostOptions) => {
        this.host = new VirtualHost(this, hostOptions);
        return this.host;
      },
      hold: () => () => {},
    };
  }

  #threadOf(strand: Strand): VirtualThread | undefined {
    const thread = this.host?.threadOf(strand.member);
    return thread?.strand === strand ? thread : undefined;
  }

  makeStrand(member: number): Strand {
    const random = streamOf(this.#options.seed, Stream.CLOCK + this.#strandCount++);
    return this.scheduler.makeStrand(member, random, this.#options.costMs ?? 0.02);
  }

  randomOf(serial: number): SeededRandom {
    return streamOf(this.#options.seed, Stream.THREAD + serial);
  }

  note(member: number, text: string): void {
    this.trace.note(this.time.nowMs, member, text);
  }

  /** Has a strand run something after a while. What was given first runs first. */
  later(strand: Strand, call: () => void): void {
    const { nowMs } = this.time;
    const atMs = nowMs + this.#latency.next() * (this.#options.latencyMs ?? 0.05);
    strand.lastArrivalMs = Math.max(strand.lastArrivalMs, atMs);
    this.time.after(strand.lastArrivalMs - nowMs, () => strand.soon(call));
  }

  toMain(call: () => void): void {
    this.later(this.main, call);
  }

  /** The shared block as the thread of that strand sees it. */
  viewFor(strand: Strand, memory: SharedArrayBuffer): ControlBlock {
    return controlView(memory, {
      beforeRing: () => strand.point('bell'),
      rung: (member) => {
        if (!strand.isDead) this.#ring(member);
      },
      sleeps: (member, resolve) => {
        if (!strand.isDead) this.#sleepers.set(member, resolve);
      },
    });
  }

  #ring(member: number): void {
    const resolve = this.#sleepers.get(member);
    const strand = member === MAIN_THREAD ? this.main : this.host?.threadOf(member)?.strand;
    if (resolve === undefined || strand === undefined) return;
    this.#sleepers.delete(member);
    const lateMs = this.lateBells.get(member) ?? 0;
    this.lateBells.delete(member);
    strand.bellsUnderWay++;
    const { latencyMs = 0.05 } = this.#options;
    this.time.after(lateMs + this.#latency.next() * latencyMs, () => {
      strand.bellsUnderWay--;
      strand.soon(resolve);
    });
  }

  made(actors: ActorThread): void {
    this.#options.onThread?.(actors);
  }

  killedBySystem(): void {
    this.#options.onKilledBySystem?.();
  }

  ended(): void {
    this.#options.onEnded?.();
  }

  died(thread: VirtualThread): void {
    this.#options.onDied?.(thread);
  }

  /** A thread is no more: nobody sleeps in its name. */
  gone(thread: VirtualThread, how: string): void {
    this.#sleepers.delete(thread.member);
    this.scheduler.remove(thread.strand);
    this.note(thread.member, `${how}, serial ${thread.serial}`);
  }
}
