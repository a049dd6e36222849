/** Whether leases that have run out are believed. */
export const PRESERVATION_MODES = ['normal', 'preserving', 'clearing'] as const;
/** One of {@link PRESERVATION_MODES}. */
export type PreservationMode = (typeof PRESERVATION_MODES)[number];

/** What a sweep finds: many leases overdue, few, or the longest time of preservation is over. */
export const PRESERVATION_EVENTS = ['many', 'few', 'time-over'] as const;
/** One of {@link PRESERVATION_EVENTS}. */
export type PreservationEvent = (typeof PRESERVATION_EVENTS)[number];

/**
 * | mode \ event | many       | few    | time-over |
 * |--------------|------------|--------|-----------|
 * | normal       | preserving | normal | normal    |
 * | preserving   | preserving | normal | clearing  |
 * | clearing     | clearing   | normal | clearing  |
 *
 * `normal`: overdue leases are removed, a part in each sweep. `preserving`: so many at once look like a fault
 * between them and the registry, so nobody is removed. `clearing`: it has lasted too long to be that; they are
 * removed, a part in each sweep, until few are left.
 */
export const PRESERVATION_TRANSITIONS: Readonly<
  Record<PreservationMode, Readonly<Record<PreservationEvent, PreservationMode>>>
> = {
  normal: { many: 'preserving', few: 'normal', 'time-over': 'normal' },
  preserving: { many: 'preserving', few: 'normal', 'time-over': 'clearing' },
  clearing: { many: 'clearing', few: 'normal', 'time-over': 'clearing' },
};

/** When many are many, and what a sweep may remove. */
export interface PreservationLimits {
  /** Share of the leases that a sweep may remove, and above which being overdue is `many`. */
  readonly evictionShare: number;
  /** Fewer leases than this are never preserved. */
  readonly preserveMinCount: number;
  /** Longest time in `preserving`, lease time. */
  readonly preserveMs: number;
}

/** Self-preservation: decides at each sweep how many of the overdue leases are removed. */
export class Preservation {
  readonly #limits: PreservationLimits;
  #mode: PreservationMode = 'normal';
  #sinceMs = 0;

  constructor(limits: PreservationLimits) {
    this.#limits = limits;
  }

  get mode(): PreservationMode {
    return this.#mode;
  }

  /**
   * @param nowMs lease time
   * @returns how many may be removed now: at most the share, but one where the share is less than one
   */
  judge(overdueCount: number, leaseCount: number, nowMs: number): number {
    const { evictionShare, preserveMinCount, preserveMs } = this.#limits;
    const isMany = leaseCount >= preserveMinCount && overdueCount > evictionShare * leaseCount;
    this.#move(isMany ? 'many' : 'few', nowMs);
    if (this.#mode === 'preserving' && nowMs - this.#sinceMs >= preserveMs) {
      this.#move('time-over', nowMs);
    }
    if (this.#mode === 'preserving') return 0;
    return Math.min(overdueCount, Math.max(1, Math.floor(evictionShare * leaseCount)));
  }

  #move(event: PreservationEvent, nowMs: number): void {
    const mode = PRESERVATION_TRANSITIONS[this.#mode][event];
    if (mode !== this.#mode) this.#sinceMs = nowMs;
    this.#mode = mode;
  }
}
