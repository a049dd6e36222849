import type { Summary } from './statistics.js';

/** One line of the result: a figure of one subject over all rounds. */
export interface ResultLine extends Summary {
  readonly bench: string;
  readonly subject: string;
  readonly unit: string;
}

/** Digits that are kept: far more than a round repeats. */
const DIGITS = 7;

/** The line as one JSON object, with its keys in a fixed order. */
export function toJson(line: ResultLine): string {
  const { bench, subject, unit, rounds } = line;
  const [value, min, max] = [line.value, line.min, line.max].map((x) =>
    Number(x.toPrecision(DIGITS)),
  );
  return JSON.stringify({ bench, subject, value, unit, min, max, rounds });
}

/** The line for people: aligned columns, large numbers with k and M. */
export function toText(line: ResultLine): string {
  const { bench, subject, unit, value, min, max, rounds } = line;
  const spread = `(${short(min)} .. ${short(max)}, ${rounds} rounds)`;
  return `${bench.padEnd(24)} ${subject.padEnd(16)} ${short(value).padStart(9)} ${unit.padEnd(11)} ${spread}`;
}

/** A number in at most six characters or so: 12.3 k, 4.03 M. */
export function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
