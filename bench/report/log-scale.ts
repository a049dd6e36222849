/** A scale on which equal lengths are equal factors. */
export interface LogScale {
  /** Powers of ten in its range, at most eight or so. */
  readonly ticks: readonly number[];
  /** Pixel of a value; what lies outside is put on the edge. */
  position(value: number): number;
}

const MAX_TICKS = 8;
/** The least value gets at least this part of a decade. */
const FOOT = 0.2;

/**
 * A scale from the power of ten below the least value to the one above the greatest.
 * @param values those above 0 count; at least one
 * @param from pixel of the low end; `to` of the high end
 */
export function logScale(values: readonly number[], from: number, to: number): LogScale {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  if (logs.length === 0) logs.push(0);
  const low = Math.floor(Math.min(...logs) - FOOT);
  const high = Math.max(Math.ceil(Math.max(...logs)), low + 1);
  const step = Math.ceil((high - low) / MAX_TICKS);
  const ticks: number[] = [];
  for (let power = low; power <= high; power += step) ticks.push(10 ** power);
  return {
    ticks,
    position(value) {
      const log = value > 0 ? Math.min(Math.max(Math.log10(value), low), high) : low;
      return from + ((log - low) / (high - low)) * (to - from);
    },
  };
}

/** A power of ten on an axis: `10 k`, `1 M`, `0.01`. */
export function tickText(value: number): string {
  if (value >= 1e9) return `${value / 1e9} G`;
  if (value >= 1e6) return `${value / 1e6} M`;
  if (value >= 1e3) return `${value / 1e3} k`;
  return String(Number(value.toPrecision(3)));
}
