/** Units of which less is better, beside those that begin with `bytes`. */
const COSTS: readonly string[] = ['us', 'ms', 's', '%'];

/** Whether a smaller figure of this unit is the better one: times, memory, processor use. */
export function isLessBetter(unit: string): boolean {
  return COSTS.includes(unit) || unit.startsWith('bytes');
}

/**
 * How many times better `own` is than `other`: 2 is twice the throughput, or half the time.
 * @returns undefined when one of them is not above 0, so that there is no ratio
 */
export function advantage(unit: string, own: number, other: number): number | undefined {
  if (!(own > 0 && other > 0)) return undefined;
  return isLessBetter(unit) ? other / own : own / other;
}

/** A ratio with two digits or three: `0.012 x`, `0.48 x`, `12.3 x`, `140 x`; a dash when there is none. */
export function formatRatio(ratio: number | undefined): string {
  if (ratio === undefined) return '-';
  if (ratio < 0.1) return `${Number(ratio.toPrecision(2))} x`;
  return `${ratio.toFixed(ratio >= 100 ? 0 : ratio >= 10 ? 1 : 2)} x`;
}

/** Whether a subject is Troupe or a variant of it, and not something it is compared with. */
export function isOwn(subject: string): boolean {
  return subject === 'troupe' || subject.startsWith('troupe/');
}
