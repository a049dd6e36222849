/** How often each key occurs. A Map, because keys come from source text: `__proto__` is one too. */
export type Tally = Map<string, number>;

/** A tally as it travels in a message: two lists of equal length. */
export interface Columns {
  readonly keys: readonly string[];
  readonly counts: readonly number[];
}

/** Counts of both kinds. */
export interface Tallies {
  readonly identifiers: Tally;
  readonly words: Tally;
}

/** Both kinds as they travel. */
export interface TallyColumns {
  readonly identifiers: Columns;
  readonly words: Columns;
}

/** One line of a ranking. */
export interface Ranked {
  readonly key: string;
  readonly count: number;
}

/** Adds `count` occurrences of `key`. */
export function add(tally: Tally, key: string, count: number): void {
  tally.set(key, (tally.get(key) ?? 0) + count);
}

/** Adds all of `columns`. */
export function addColumns(tally: Tally, { keys, counts }: Columns): void {
  for (let i = 0; i < keys.length; i++) add(tally, keys[i]!, counts[i]!);
}

/** The tally as two lists, in the order of insertion. */
export function toColumns(tally: Tally): Columns {
  return { keys: [...tally.keys()], counts: [...tally.values()] };
}

/** All occurrences together. */
export function total(tally: Tally): number {
  let sum = 0;
  for (const count of tally.values()) sum += count;
  return sum;
}

/** The `limit` most frequent keys; of equal ones those first that come first in code unit order. */
export function top(tally: Tally, limit: number): Ranked[] {
  const all = [...tally].map(([key, count]) => ({ key, count }));
  all.sort((one, other) => other.count - one.count || (one.key < other.key ? -1 : 1));
  return all.slice(0, limit);
}
