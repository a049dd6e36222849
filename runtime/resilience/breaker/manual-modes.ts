import type { BreakerEvent } from './phase.js';

/** What an operator can hold a breaker to, the strongest first. */
export const MANUAL_MODES = ['forceOpen', 'forceClosed', 'observe'] as const;

/** One of {@link MANUAL_MODES}. */
export type ManualMode = (typeof MANUAL_MODES)[number];

/**
 * Counts who holds a breaker to which mode. The strongest that anybody holds applies; when all are given back,
 * the breaker is released.
 */
export class ManualModes {
  readonly #holders = new Map<ManualMode, number>();
  #applied: ManualMode | undefined;

  /** One more holder. @returns what moves the breaker, undefined when nothing changes */
  hold(mode: ManualMode): BreakerEvent | undefined {
    this.#holders.set(mode, (this.#holders.get(mode) ?? 0) + 1);
    return this.#apply();
  }

  /** One holder less. */
  giveBack(mode: ManualMode): BreakerEvent | undefined {
    this.#holders.set(mode, this.#holders.get(mode)! - 1);
    return this.#apply();
  }

  #apply(): BreakerEvent | undefined {
    const strongest = MANUAL_MODES.find((mode) => (this.#holders.get(mode) ?? 0) > 0);
    if (strongest === this.#applied) return undefined;
    this.#applied = strongest;
    return strongest ?? 'release';
  }
}
