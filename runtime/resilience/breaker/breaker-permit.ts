import type { Verdict } from '../judge.js';

/** Leave for one call that a circuit breaker has not made itself. Settle it, or its deadline does. */
export class BreakerPermit {
  #settle: ((verdict: Verdict) => void) | null;

  /** @internal */
  constructor(settle: (verdict: Verdict) => void) {
    this.#settle = settle;
  }

  /** Tells the result. Only the first one counts. */
  settle(verdict: Verdict): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.(verdict);
  }
}
