import { asError } from '../base/errors.js';

/**
 * Why an incarnation of an actor ended (OTP: exit reason).
 *
 * | type       | meaning                                                                        | abnormal |
 * |------------|--------------------------------------------------------------------------------|----------|
 * | `normal`   | the actor stopped itself                                                       | no       |
 * | `shutdown` | an orderly stop was asked for, from outside or by the actor in those words     | no       |
 * | `killed`   | the deadline of a stop passed, or it was killed: the incarnation was voided    | yes      |
 * | `failed`   | it threw, a promise rejected, its thread died, its own supervision gave up,    | yes      |
 * |            | or a linked actor failed; `error` says which                                   |          |
 *
 * Source: https://www.erlang.org/doc/system/ref_man_processes.html#errors
 */
export type ExitReason =
  | { readonly type: 'normal' }
  | { readonly type: 'shutdown' }
  | { readonly type: 'killed' }
  | { readonly type: 'failed'; readonly error: Error };

/** The four kinds of {@link ExitReason}. */
export type ExitType = ExitReason['type'];

/** All kinds of exit, in the order of the tables. */
export const EXIT_TYPES: readonly ExitType[] = ['normal', 'shutdown', 'killed', 'failed'];

/** The actor stopped itself. */
export const NORMAL: ExitReason = Object.freeze({ type: 'normal' });

/** An orderly stop was asked for. */
export const SHUTDOWN: ExitReason = Object.freeze({ type: 'shutdown' });

/** The incarnation was voided without a chance to clean up. */
export const KILLED: ExitReason = Object.freeze({ type: 'killed' });

/** A failure; whatever was thrown becomes an Error. */
export function failed(thrown: unknown): ExitReason {
  return { type: 'failed', error: asError(thrown) };
}

/** True for `killed` and `failed`: the exits that take linked actors along and restart transient ones. */
export function isAbnormal(reason: ExitReason): boolean {
  return reason.type === 'killed' || reason.type === 'failed';
}

/** The error behind an exit; undefined unless it `failed`. */
export function exitError(reason: ExitReason): Error | undefined {
  return reason.type === 'failed' ? reason.error : undefined;
}
