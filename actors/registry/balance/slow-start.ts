/** Least part of its weight that a starting endpoint has. */
export const SLOW_START_LEAST = 0.1;

/**
 * The part of its weight that an endpoint has at this age: grows in a straight line from a tenth to all of it, so
 * that a cold one is not given its whole share at once.
 * @param slowStartMs 0: at once
 */
export function slowStartPart(ageMs: number, slowStartMs: number): number {
  if (slowStartMs <= 0 || ageMs >= slowStartMs) return 1;
  return Math.max(SLOW_START_LEAST, ageMs / slowStartMs);
}
