import type { Failure } from './load/customer.js';

/** One fault as it went. */
export interface Incident {
  readonly name: string;
  readonly beganMs: number;
  /** When the system was whole, and requests of all kinds were answered again; undefined if never. */
  readonly wholeMs: number | undefined;
}

/** What an incident has cost. */
export interface Damage {
  readonly name: string;
  /** Tries that failed from its beginning until the next one. */
  readonly failedCount: number;
  /** By kind of request. */
  readonly byKind: ReadonlyMap<string, number>;
  /** From its beginning until it was over: no more failures, and all is answered. Undefined if never. */
  readonly recoveredAfterMs: number | undefined;
}

/** Which failures belong to which incident, and how long each took. Incidents are in order. */
export function damages(
  incidents: readonly Incident[],
  failures: readonly Failure[],
): readonly Damage[] {
  return incidents.map(({ name, beganMs, wholeMs }, i) => {
    const untilMs = incidents[i + 1]?.beganMs ?? Number.POSITIVE_INFINITY;
    const own = failures.filter(({ atMs }) => atMs >= beganMs && atMs < untilMs);
    const byKind = new Map<string, number>();
    for (const { kind } of own) byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
    const lastMs = Math.max(0, ...own.map(({ atMs }) => atMs));
    const recoveredAfterMs =
      wholeMs === undefined ? undefined : Math.max(wholeMs, lastMs) - beganMs;
    return { name, failedCount: own.length, byKind, recoveredAfterMs };
  });
}

/** A line for people. */
export function damageText({ name, failedCount, byKind, recoveredAfterMs }: Damage): string {
  const kinds = [...byKind].map(([kind, count]) => `${count} ${kind}`).join(', ');
  const failed = failedCount === 0 ? 'no request failed' : `${failedCount} tries failed (${kinds})`;
  const recovered =
    recoveredAfterMs === undefined
      ? 'never recovered'
      : `recovered after ${Math.round(recoveredAfterMs)} ms`;
  return `${name}: ${failed}, ${recovered}`;
}
