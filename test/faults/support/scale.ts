/** True when the tests run in their full form: `SOAK=1`. */
export const isSoak = process.env['SOAK'] !== undefined;

/** The size of a test in its short form, and in its full one. */
export function scaled<T>(short: T, full: T): T {
  return isSoak ? full : short;
}

/** Values in rising order: the one that this share of them does not exceed; 0 of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Milliseconds for a comment. */
export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

/** Bytes for a comment. */
export function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
