import { type BreakerOptions, CircuitBreaker } from '#runtime/resilience/index.js';
import { ManualTime } from '../manual-time.js';

/** Opens after two failures in a row, for exactly a second. */
export const QUICK: BreakerOptions = {
  name: 'quick',
  window: { kind: 'consecutive', failures: 2 },
  open: { minMs: 1000, maxMs: 8000, jitter: 'none' },
  trial: { permits: 3, permitMs: 500 },
};

/** A breaker on manual time. */
export class BreakerRig {
  readonly time = new ManualTime();
  readonly breaker: CircuitBreaker;
  readonly phases: string[] = [];

  constructor(options: BreakerOptions = QUICK) {
    this.breaker = new CircuitBreaker(options, this.time);
    this.breaker.onPhase(({ to }) => this.phases.push(to));
  }

  /** A call that answers. @returns whether it was made */
  good(): boolean {
    return this.#try(() => true);
  }

  /** A call that fails. @returns whether it was made */
  bad(): boolean {
    return this.#try(() => {
      throw new Error('bad');
    });
  }

  /** Brings it into the phase open. */
  open(): this {
    while (this.breaker.phase === 'closed') this.bad();
    return this;
  }

  #try(call: () => boolean): boolean {
    let isMade = false;
    try {
      this.breaker.runSync(() => {
        isMade = true;
        return call();
      });
    } catch {}
    return isMade;
  }
}
