import type { EventLoop } from '../../base/event-loop.js';
import type { Call } from '../call.js';

/**
 * Calls that wait while a trial goes on, for its verdict or for a permit that comes back. Bounded; one timer for all of
 * them, and none while nobody waits.
 */
export class VerdictQueue {
  readonly #most: number;
  readonly #loop: Pick<EventLoop, 'after' | 'clear'>;
  readonly #onTimer: () => void;
  readonly #wakers = new Set<() => void>();
  #timer: unknown;

  /** @param onTimer called when the time given to `wait` is over and somebody still waits */
  constructor(most: number, loop: Pick<EventLoop, 'after' | 'clear'>, onTimer: () => void) {
    this.#most = most;
    this.#loop = loop;
    this.#onTimer = onTimer;
  }

  get hasRoom(): boolean {
    return this.#wakers.size < this.#most;
  }

  get size(): number {
    return this.#wakers.size;
  }

  /** Resolves at the next `wake`; rejects when the call is given up. There must be room. */
  wait(call: Call, timerMs: number): Promise<void> {
    if (call.isAborted) return Promise.reject(call.reason);
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        unlisten();
        resolve();
      };
      const unlisten = call.onAbort((reason) => {
        this.#wakers.delete(wake);
        if (this.#wakers.size === 0) this.#disarm();
        reject(reason);
      });
      this.#wakers.add(wake);
      this.#timer ??= this.#loop.after(timerMs, () => {
        this.#timer = undefined;
        this.#onTimer();
      });
    });
  }

  /** Lets all that wait look again, in the order in which they came. */
  wake(): void {
    if (this.#wakers.size === 0) return;
    this.#disarm();
    const wakers = [...this.#wakers];
    this.#wakers.clear();
    for (const wake of wakers) wake();
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#loop.clear(this.#timer);
    this.#timer = undefined;
  }
}
