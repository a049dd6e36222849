import { type ResultLine, short } from '../output.js';
import { logScale, tickText } from './log-scale.js';
import { element, label, svgDocument } from './svg.js';
import { formatRatio, isLessBetter, isOwn } from './units.js';

const WIDTH = 720;
const LEFT = 160;
const RIGHT = 200;
const TOP = 58;
const ROW = 28;
const BAR = 16;
const BOTTOM = 28;

/**
 * The subjects of one bench as bars on a logarithmic scale, the best on top, each with its range from
 * least to greatest round and as a multiple of Troupe's figure.
 * @param lines of one bench, at least one
 */
export function barChart(lines: readonly ResultLine[]): string {
  const { bench, unit } = lines[0]!;
  const sign = isLessBetter(unit) ? 1 : -1;
  const rows = [...lines].sort((a, b) => sign * (a.value - b.value));
  const own = lines.find(({ subject }) => subject === 'troupe');
  const height = TOP + rows.length * ROW + BOTTOM;
  const scale = logScale(
    rows.flatMap(({ min, value, max }) => [min, value, max]),
    LEFT,
    WIDTH - RIGHT,
  );
  const direction = isLessBetter(unit) ? 'less is better' : 'more is better';
  return svgDocument(WIDTH, height, `${bench} in ${unit}`, [
    label('title', 16, 26, bench),
    label('note', 16, 44, `${unit}, ${direction}, logarithmic; median and range of the rounds`),
    ...scale.ticks.flatMap((tick) => grid(scale.position(tick), tick, height)),
    ...rows.flatMap((row, i) => bar(row, own, TOP + i * ROW, scale.position)),
  ]);
}

function grid(x: number, tick: number, height: number): string[] {
  return [
    element('line', { class: 'grid', x1: x, y1: TOP, x2: x, y2: height - BOTTOM }),
    label('tick', x, height - 10, tickText(tick), 'middle'),
  ];
}

function bar(
  line: ResultLine,
  own: ResultLine | undefined,
  y: number,
  position: (value: number) => number,
): string[] {
  const { subject, value, min, max } = line;
  const middle = y + ROW / 2;
  const end = position(value);
  const shape = { x: LEFT, y: middle - BAR / 2, width: end - LEFT, height: BAR, rx: 2 };
  const hasRatio = own !== undefined && own !== line && own.value > 0;
  const factor = hasRatio ? ` (${formatRatio(value / own.value)} troupe)` : '';
  return [
    label('label', LEFT - 8, middle + 4, subject, 'end'),
    element('rect', { class: classOf(subject), ...shape }),
    element('line', {
      class: 'range',
      x1: position(min),
      y1: middle,
      x2: position(max),
      y2: middle,
    }),
    label('value', Math.max(end, position(max)) + 8, middle + 4, `${short(value)}${factor}`),
  ];
}

function classOf(subject: string): string {
  if (subject === 'troupe') return 's0';
  return isOwn(subject) ? 's1' : 's2';
}
