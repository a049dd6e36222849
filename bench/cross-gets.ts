import { inFlight } from './in-flight.js';

/** Gets under way at a time. */
export const OUTSTANDING = 64;

const KEY_COUNT = 1000;

/** What is in the cache: entry `kN` holds `N + 1`. */
export const ENTRIES: readonly (readonly [string, number])[] = Array.from(
  { length: KEY_COUNT },
  (_, n) => [`k${n}`, n + 1] as const,
);

const KEYS = ENTRIES.map(([key]) => key);

/** Gets the entries in turn, `OUTSTANDING` at a time, a promise for each, and checks every value. */
export function getInTurn(count: number, get: (key: string) => Promise<number | undefined>) {
  return inFlight(count, OUTSTANDING, async (i) => {
    const value = await get(KEYS[i % KEY_COUNT]!);
    return value === (i % KEY_COUNT) + 1 ? i + 1 : -1;
  });
}
