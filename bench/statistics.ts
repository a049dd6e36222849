/** Median, least and greatest of the rounds of one figure. */
export interface Summary {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

/**
 * The value below which the share `q` of a sorted list lies: nearest rank.
 * @param sorted ascending, at least one element
 * @param q from 0 to 1
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const rank = Math.ceil(q * sorted.length) - 1;
  return sorted[Math.min(Math.max(rank, 0), sorted.length - 1)]!;
}

/** The middle of a list in any order, of two middle ones the mean. At least one element. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Sums the rounds of one figure up. */
export function summarize(values: readonly number[]): Summary {
  return {
    value: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
    rounds: values.length,
  };
}
