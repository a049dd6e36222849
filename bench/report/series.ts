import type { ResultLine } from '../output.js';

/** The parts of the name of a figure: `tell-cross-size.16`, `latency-cross.90.p99.9`, `memory.heap`. */
export interface FigureName {
  readonly base: string;
  /** The number in it: a size, a count of actors or threads, a load in percent. */
  readonly x: number | undefined;
  /** `p50`, `p99.9`, `max`. */
  readonly quantile: string | undefined;
}

const NAME = /^(.+?)(?:\.(\d+))?(?:\.(p\d+(?:\.\d+)?|max))?$/;

/** Takes the name of a figure apart. */
export function figureName(bench: string): FigureName {
  const [, base = bench, x, quantile] = NAME.exec(bench) ?? [];
  return { base, x: x === undefined ? undefined : Number(x), quantile };
}

/** Lines that belong into one picture. */
export type Plot =
  /** Subjects of one figure. */
  | { readonly kind: 'bars'; readonly name: string; readonly lines: readonly ResultLine[] }
  /** One figure over sizes or counts. */
  | { readonly kind: 'sizes'; readonly name: string; readonly lines: readonly ResultLine[] }
  /** Quantiles of latency at some loads. */
  | { readonly kind: 'latencies'; readonly name: string; readonly lines: readonly ResultLine[] };

/** Fewer make no curve. */
const MIN_PLACES = 2;
const MIN_QUANTILES = 3;

/** Sorts the lines into pictures, in the order in which they come. */
export function plotsOf(lines: readonly ResultLine[]): Plot[] {
  const groups = groupBy(lines, ({ bench }) => {
    const { base, x } = figureName(bench);
    return x === undefined ? bench : base;
  });
  return [...groups].flatMap(([name, group]) => {
    const places = distinct(group, ({ bench }) => figureName(bench).x);
    const timed = group.filter(({ bench }) => figureName(bench).quantile !== undefined);
    if (distinct(timed, ({ bench }) => figureName(bench).quantile) >= MIN_QUANTILES) {
      const rest = group.filter((line) => !timed.includes(line));
      return [...curves(name, rest, places), { kind: 'latencies', name, lines: timed } as const];
    }
    return curves(name, group, places);
  });
}

/** One picture for each quantile, and for what has none. */
function curves(name: string, lines: readonly ResultLine[], places: number): Plot[] {
  if (places < MIN_PLACES) {
    const figures = groupBy(lines, ({ bench }) => bench);
    return [...figures].map(([bench, group]) => ({ kind: 'bars', name: bench, lines: group }));
  }
  const byQuantile = groupBy(lines, ({ bench }) => figureName(bench).quantile ?? '');
  return [...byQuantile].map(([quantile, group]) => ({
    kind: 'sizes',
    name: quantile === '' ? name : `${name}.${quantile}`,
    lines: group,
  }));
}

/** Groups in the order of their first members. */
export function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

function distinct<T>(values: readonly T[], keyOf: (value: T) => unknown): number {
  return new Set(values.map(keyOf).filter((key) => key !== undefined)).size;
}
