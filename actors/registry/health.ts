import type { LeaseClock } from './lease-clock.js';
import type { CheckSpec } from './registration.js';

/** Verdicts, best first. */
export const HEALTH_STATUSES = ['passing', 'warning', 'critical'] as const;
/** One of {@link HEALTH_STATUSES}. */
export type HealthStatus = (typeof HEALTH_STATUSES)[number];

interface CheckState {
  readonly successes: number;
  readonly failures: number;
  /** Undefined for checks that need not report in time. */
  readonly ttlMs: number | undefined;
  reportedAtMs: number;
  status: HealthStatus | undefined;
  /** Results in a row that differ from the status in one direction. */
  streak: number;
  output: string;
}

/** The checks of one instance, and what they say together: the worst of them. */
export class Health {
  readonly #clock: LeaseClock;
  readonly #checks = new Map<string, CheckState>();

  constructor(clock: LeaseClock, specs: Readonly<Record<string, CheckSpec>>, nowMs: number) {
    this.#clock = clock;
    for (const [name, spec] of Object.entries(specs)) {
      this.#checks.set(name, {
        successes: spec.successes ?? 1,
        failures: spec.failures ?? 1,
        ttlMs: spec.kind === 'ttl' ? spec.ttlMs : undefined,
        reportedAtMs: clock.at(nowMs),
        status: undefined,
        streak: 0,
        output: '',
      });
    }
  }

  /** Takes in one result; the first of a check counts at once. @returns false for an unknown check */
  report(name: string, result: HealthStatus, output: string, nowMs: number): boolean {
    const check = this.#checks.get(name);
    if (check === undefined) return false;
    check.reportedAtMs = this.#clock.at(nowMs);
    check.output = output;
    if (check.status === undefined) check.status = result;
    if (result === check.status) {
      check.streak = 0;
      return true;
    }
    const isWorse = HEALTH_STATUSES.indexOf(result) > HEALTH_STATUSES.indexOf(check.status);
    check.streak++;
    if (check.streak >= (isWorse ? check.failures : check.successes)) {
      check.status = result;
      check.streak = 0;
    }
    return true;
  }

  /** Checks with a time limit that has passed become critical. @returns true when one did */
  expire(nowMs: number): boolean {
    const leaseNowMs = this.#clock.at(nowMs);
    let isChanged = false;
    for (const check of this.#checks.values()) {
      if (check.ttlMs === undefined || check.status === 'critical') continue;
      if (leaseNowMs - check.reportedAtMs <= check.ttlMs) continue;
      check.status = 'critical';
      check.output = `no report for ${check.ttlMs} ms`;
      check.streak = 0;
      isChanged = true;
    }
    return isChanged;
  }

  get checkCount(): number {
    return this.#checks.size;
  }

  /** The worst verdict; undefined while a check has given none and none is critical. */
  get verdict(): HealthStatus | undefined {
    let worst = 0;
    let isComplete = true;
    for (const { status } of this.#checks.values()) {
      if (status === undefined) isComplete = false;
      else worst = Math.max(worst, HEALTH_STATUSES.indexOf(status));
    }
    const status = HEALTH_STATUSES[worst]!;
    return isComplete || status === 'critical' ? status : undefined;
  }

  /** What the checks that are not passing said last. */
  get output(): string {
    return [...this.#checks]
      .filter(([, { status }]) => status !== 'passing')
      .map(([name, { output }]) => `${name}: ${output}`)
      .join('; ');
  }
}
