import { RESTART_TYPES, type RestartType } from '../actor/restart-type.js';
import { checkNumber, checkWord, optionError } from '../base/check-option.js';
import { type BackoffOptions, type BackoffPolicy, resolveBackoff } from './backoff.js';

/**
 * How long a child may take to stop: milliseconds >= 0, `'infinity'` for as long as it wants (meant for
 * children that are supervisors), `'kill'` for no time at all (OTP: `brutal_kill`).
 */
export type ShutdownMs = number | 'infinity' | 'kill';

/** What a user says about the supervision of one child (OTP: child specification). */
export interface ChildPolicyOptions {
  /** Default `'transient'`. */
  readonly restart?: RestartType;
  /** Default 5000. */
  readonly shutdownMs?: ShutdownMs;
  /** Delay before restarts; default none. */
  readonly backoff?: BackoffOptions;
}

/** {@link ChildPolicyOptions}, checked and complete. Children may share one. */
export interface ChildPolicy {
  readonly restart: RestartType;
  readonly shutdownMs: ShutdownMs;
  readonly backoff: BackoffPolicy | null;
}

/**
 * Fills in the defaults.
 * @param where what the options belong to, for the error: `spawn(Counter)`
 * @throws {TroupeError} ERR_OPTION naming the field
 *
 * Source: https://www.erlang.org/doc/apps/stdlib/supervisor.html#module-child-specification
 */
export function resolveChildPolicy(
  options: ChildPolicyOptions = {},
  where = 'supervision',
): ChildPolicy {
  const { restart = 'transient', shutdownMs = 5000, backoff } = options;
  return {
    restart: checkWord(`${where}.restart`, restart, RESTART_TYPES),
    shutdownMs: checkShutdown(`${where}.shutdownMs`, shutdownMs),
    backoff: backoff === undefined ? null : resolveBackoff(backoff, `${where}.backoff`),
  };
}

function checkShutdown(where: string, value: unknown): ShutdownMs {
  if (value === 'infinity' || value === 'kill') return value;
  if (typeof value === 'string') throw optionError(where, value, `'infinity', 'kill' or a number`);
  return checkNumber(where, value, 0);
}

/** Transient, 5000 ms to stop, no delay before restarts. */
export const DEFAULT_CHILD_POLICY: ChildPolicy = resolveChildPolicy();
