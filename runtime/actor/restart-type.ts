import type { ExitReason, ExitType } from './exit-reason.js';

/**
 * When a child that ended by itself is started again (OTP: restart type): `permanent` always,
 * `transient` after an abnormal exit only, `temporary` never.
 */
export type RestartType = 'permanent' | 'transient' | 'temporary';

/** All restart types. */
export const RESTART_TYPES: readonly RestartType[] = ['permanent', 'transient', 'temporary'];

/**
 * Restart type x exit reason: is the child restarted? Holds for an exit nobody ordered; a stop
 * ordered by the supervisor is never a reason to restart.
 *
 * |             | normal | shutdown | killed | failed |
 * |-------------|--------|----------|--------|--------|
 * | `permanent` | yes    | yes      | yes    | yes    |
 * | `transient` | no     | no       | yes    | yes    |
 * | `temporary` | no     | no       | no     | no     |
 *
 * Source: https://www.erlang.org/doc/system/sup_princ.html#child-specification (`restart`)
 */
export const RESTART_TABLE: Readonly<Record<RestartType, Readonly<Record<ExitType, boolean>>>> = {
  permanent: { normal: true, shutdown: true, killed: true, failed: true },
  transient: { normal: false, shutdown: false, killed: true, failed: true },
  temporary: { normal: false, shutdown: false, killed: false, failed: false },
};

/** True if a child of this restart type is started again after it ended by itself with `reason`. */
export function wantsRestart(restart: RestartType, reason: ExitReason): boolean {
  return RESTART_TABLE[restart][reason.type];
}

const PERMANENT = RESTART_TABLE.permanent.normal;
const TRANSIENT = RESTART_TABLE.transient.normal;
const TEMPORARY = RESTART_TABLE.temporary.normal;

/** As {@link wantsRestart} for a normal end, by comparisons: actors that come and go ask it each. */
export function restartsNormal(restart: RestartType): boolean {
  if (restart === 'transient') return TRANSIENT;
  return restart === 'permanent' ? PERMANENT : TEMPORARY;
}
