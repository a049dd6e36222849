import type { Clock } from '#runtime/base/clock.js';
import type { EventLoop } from '#runtime/base/event-loop.js';
import { SeededRandom } from '#runtime/base/random.js';

interface Timer {
  readonly atMs: number;
  readonly call: () => void;
}

/**
 * Time that passes only when told to: a clock that may also be set back, and timers, which know nothing of that.
 * Use as the environment of a policy.
 */
export class ManualTime {
  readonly random = new SeededRandom(1);
  readonly clock: Clock = { now: () => this.#elapsedMs + this.#offsetMs };
  readonly loop: Pick<EventLoop, 'after' | 'clear'> = {
    after: (delayMs, call) => {
      const timer = { atMs: this.#elapsedMs + delayMs, call };
      this.#timers.add(timer);
      return timer;
    },
    clear: (timer) => void this.#timers.delete(timer as Timer),
  };
  readonly #timers = new Set<Timer>();
  #elapsedMs = 1000;
  #offsetMs = 0;

  /** Timers that are armed. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Sets the clock, as an operator would: no timer hears of it. */
  step(ms: number): void {
    this.#offsetMs += ms;
  }

  /** Lets time pass: timers fire in order, and after each what waits for it goes on. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    await settle();
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#timers.delete(next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
      next.call();
      await settle();
    }
    this.#elapsedMs = untilMs;
    await settle();
  }

  #next(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.atMs <= untilMs && (next === undefined || timer.atMs < next.atMs)) next = timer;
    }
    return next;
  }
}

/** Lets everything go on that waits for promises only. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A promise that is settled by hand. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}
