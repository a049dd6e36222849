import { checkNames, checkNumber, checkWord, optionError } from '../base/check-option.js';

/**
 * Which siblings a failed child takes along (OTP: restart strategy).
 *
 * | strategy       | restarted with the failed child            |
 * |----------------|--------------------------------------------|
 * | `one-for-one`  | nobody                                     |
 * | `one-for-all`  | all siblings                               |
 * | `rest-for-one` | the siblings started after it              |
 *
 * Source: https://www.erlang.org/doc/system/sup_princ.html#restart-strategy
 */
export type Strategy = 'one-for-one' | 'one-for-all' | 'rest-for-one';

/** All strategies. */
export const STRATEGIES: readonly Strategy[] = ['one-for-one', 'one-for-all', 'rest-for-one'];

/** What a user says about a supervisor (OTP: supervisor flags). */
export interface SupervisorOptions {
  /** Default `'one-for-one'`. */
  readonly strategy?: Strategy;
  /** Restarts allowed within `periodMs`, a whole number >= 0; 0 never restarts. Default 3. */
  readonly intensity?: number;
  /** > 0. Default 5000. */
  readonly periodMs?: number;
}

/** {@link SupervisorOptions}, checked and complete. */
export type SupervisorPolicy = Readonly<Required<SupervisorOptions>>;

/**
 * Fills in the defaults (Elixir's: https://hexdocs.pm/elixir/Supervisor.html#module-supervisor-strategies-and-options).
 * @param where what the options belong to, for the error
 * @throws {TroupeError} ERR_OPTION naming the field
 */
export function resolveSupervisor(
  options: SupervisorOptions = {},
  where = 'supervisor',
): SupervisorPolicy {
  checkNames(where, options, { strategy: true, intensity: true, periodMs: true });
  const { strategy = 'one-for-one', intensity = 3, periodMs = 5000 } = options;
  if (!Number.isSafeInteger(intensity) || intensity < 0) {
    throw optionError(`${where}.intensity`, intensity, 'a whole number >= 0');
  }
  return {
    strategy: checkWord(`${where}.strategy`, strategy, STRATEGIES),
    intensity,
    periodMs: checkNumber(`${where}.periodMs`, periodMs, Number.MIN_VALUE),
  };
}
