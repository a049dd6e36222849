import type { EventLoop } from '../../base/event-loop.js';
import type { Random } from '../../base/random.js';
import { VirtualClock } from './virtual-clock.js';
import type { Due, VirtualTime } from './virtual-time.js';

/** Thrown where a virtual thread dies in the middle of what it does. Nobody may catch it for good. */
export class ThreadKilled extends Error {
  override readonly name = 'ThreadKilled';
}

/** What a thread is about to do where it can die. */
export type Place = 'clock' | 'bell' | 'event';

/** What a strand tells those who run it. */
export interface StrandPort {
  readonly time: VirtualTime;
  readonly random: Random;
  /** Most milliseconds that a reading of the clock costs. */
  readonly costMs: number;
  /** True while code of this strand is on the stack, microtasks left out. */
  readonly isOnStack: (strand: Strand) => boolean;
  /** The strand dies here and now: keep the shared memory as it stands. */
  readonly onKilled: (strand: Strand, place: Place) => void;
}

/**
 * One virtual thread as the scheduler sees it: what it has to run next, its clock, its event loop. What it
 * puts off is called in order, by the scheduler, one call a step.
 */
export class Strand implements EventLoop {
  readonly member: number;
  readonly clock: VirtualClock;
  /** True once it is dead: what still runs of it has no effect. */
  isDead = false;
  /** True when it died in the middle of what it did, and has not been buried. */
  isKilled = false;
  /** It does not run before this. */
  stalledUntilMs = 0;
  /** Share of the steps that it gets, beside the others. */
  weight = 1;
  /** Bells that were rung for it and have not been heard. */
  bellsUnderWay = 0;
  /** When the last of what was sent to it beside the rings arrives. */
  lastArrivalMs = 0;
  /** Points it still passes before it dies; 0 when it is not to die. */
  killIn = 0;
  readonly #port: StrandPort;
  #tasks: (() => void)[] = [];

  constructor(member: number, port: StrandPort) {
    this.member = member;
    this.#port = port;
    this.clock = new VirtualClock(port.time, port.random, port.costMs, () => this.point('clock'));
  }

  get isReady(): boolean {
    return this.#tasks.length > 0;
  }

  get isStalled(): boolean {
    return this.#port.time.nowMs < this.stalledUntilMs;
  }

  /** Runs what is next. */
  run(): void {
    this.#tasks.shift()!();
  }

  /** A place at which the thread can die. */
  point(place: Place): void {
    if (this.killIn === 0 || this.isDead || !this.#port.isOnStack(this)) return;
    this.killIn--;
    if (this.killIn > 0) return;
    this.isKilled = true;
    this.#port.onKilled(this, place);
    throw new ThreadKilled('the simulation ended this thread here');
  }

  /** Nothing of it runs any more. */
  die(): void {
    this.isDead = true;
    this.killIn = 0;
    this.#tasks = [];
  }

  soon(call: () => void): void {
    if (!this.isDead) this.#tasks.push(call);
  }

  afterMicrotasks(call: () => void): void {
    this.soon(call);
  }

  afterIo(call: () => void): void {
    this.soon(call);
  }

  after(delayMs: number, call: () => void): Due {
    return this.#port.time.after(delayMs, () => this.soon(call));
  }

  clear(timer: unknown): void {
    if (timer !== null && timer !== undefined) this.#port.time.cancel(timer as Due);
  }

  every(intervalMs: number, call: () => void): () => void {
    let isOver = false;
    const look = (): void => {
      if (isOver) return;
      call();
      arm();
    };
    const arm = (): void => {
      this.#port.time.after(intervalMs, () => this.soon(look), true);
    };
    arm();
    return () => {
      isOver = true;
    };
  }
}
