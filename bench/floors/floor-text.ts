import type { ResultLine } from '../output.js';
import { short } from '../output.js';
import { FLOORS, floorName, subjectOf } from './floors.js';

function lineOf(lines: readonly ResultLine[], bench: string, subject: string) {
  return lines.find((line) => line.bench === bench && line.subject === subject);
}

/** Nanoseconds of one message, hop or round trip. */
function nsOf({ value, unit }: ResultLine): number {
  return unit === 'us' ? value * 1000 : 1e9 / value;
}

/**
 * The table of floors as Markdown: how close each bench is to the bare floor and to the floor with all its steps,
 * and what each step costs, in nanoseconds of one message, hop or round trip. Empty when no floor was measured.
 */
export function floorText(lines: readonly ResultLine[]): string {
  const rows = Object.entries(FLOORS).flatMap(([name, { steps, figure = '' }]) => {
    const bench = floorName(name) + figure;
    const own = lineOf(lines, bench, subjectOf(name));
    const floor = lineOf(lines, bench, 'floor');
    const taken = steps.map((step) => lineOf(lines, bench, `+${step}`));
    const last = taken.at(-1);
    if (own === undefined || floor === undefined || last === undefined) return [];
    const costs = steps.map((step, i) => {
      const before = i === 0 ? floor : taken[i - 1];
      const cost = nsOf(taken[i]!) - nsOf(before!);
      return `${step} ${cost < 0 ? '' : '+'}${cost.toFixed(1)}`;
    });
    const share = (of: ResultLine): string => `${(nsOf(of) / nsOf(own)).toFixed(2)} x`;
    const rates = [own, floor, last].map(({ value, unit }) => `${short(value)} ${unit}`);
    const path = `${nsOf(floor).toFixed(1)}; ${costs.join(', ')}; ours ${nsOf(own).toFixed(1)}`;
    return [
      `| ${name}${figure} | ${rates.join(' | ')} | ${share(floor)} | ${share(last)} | ${path} |`,
    ];
  });
  if (rows.length === 0) return '';
  const titles =
    'bench | ours | floor | floor with all steps | ours of floor | of all steps | ns each';
  return [`| ${titles} |`, '| --- | --- | --- | --- | --- | --- | --- |', ...rows, ''].join('\n');
}
