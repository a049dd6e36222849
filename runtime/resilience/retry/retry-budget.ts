import { checkNames, checkNumber } from '../../base/check-option.js';

/** How many retries are allowed. */
export interface RetryBudgetOptions {
  /** Retries for each call, 0 to 10. Default 0.2. */
  readonly ratio?: number;
  /** Retries in reserve, which calls fill up again, 0 to 10^6. Default 10. */
  readonly reserve?: number;
}

/**
 * Bounds the retries to a destination by the calls to it: a token bucket that each call fills by `ratio` and each
 * retry or hedge empties by one. Of `n` calls at most `reserve + ratio * n` more are made, so a destination that is down
 * is not called many times over, and retries inside of retries do not multiply. Give one budget to all
 * that call the same destination.
 *
 * Source: Finagle's RetryBudget, https://twitter.github.io/finagle/guide/Clients.html#retries
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  #tokens: number;

  /** @throws {TroupeError} ERR_OPTION */
  constructor(options: RetryBudgetOptions = {}) {
    checkNames('a retry budget', options, { ratio: true, reserve: true });
    this.#ratio = checkNumber('ratio', options.ratio ?? 0.2, 0, 10);
    this.#reserve = checkNumber('reserve', options.reserve ?? 10, 0, 1e6);
    this.#tokens = this.#reserve;
  }

  /** Retries that could be made now. */
  get tokens(): number {
    return this.#tokens;
  }

  /** A call is made. */
  deposit(): void {
    // With a ratio above the reserve a call still pays for its own retries.
    const bound = Math.max(this.#reserve, this.#ratio);
    this.#tokens = Math.min(bound, this.#tokens + this.#ratio);
  }

  /** Asks for one retry. @returns false when there is none left */
  withdraw(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
