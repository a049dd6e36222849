/** Bytes of one cache line; words that different threads write stand at least this far apart. */
export const CACHE_LINE_BYTES = 64;

/** Every record starts at a multiple of this, so that its fields can be read as f64 and i32. */
export const ALIGNMENT_BYTES = 8;

/** Rounds `n` up to the next multiple of 8. `0 <= n <= 2^31 - 8`. */
export function align8(n: number): number {
  return (n + 7) & ~7;
}

/** True for 1, 2, 4, ... 2^30. */
export function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(n) && n > 0 && n <= 2 ** 30 && (n & (n - 1)) === 0;
}

/** The smallest power of two that is at least `n`. `1 <= n <= 2^30`. */
export function nextPowerOfTwo(n: number): number {
  return n <= 1 ? 1 : 2 ** (32 - Math.clz32(n - 1));
}
