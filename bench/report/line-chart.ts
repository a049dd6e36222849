import { logScale, tickText } from './log-scale.js';
import { element, label, SERIES_COUNT, svgDocument } from './svg.js';

/** One line of a chart: `y` at each of the places it has on the horizontal axis. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** What a chart shows. */
export interface LineChart {
  readonly title: string;
  readonly note: string;
  /** Places of the horizontal axis from left to right, with their texts; at equal distances. */
  readonly places: readonly { readonly x: number; readonly text: string }[];
  readonly placesLabel: string;
  readonly series: readonly Series[];
}

const WIDTH = 720;
const HEIGHT = 360;
const LEFT = 64;
const RIGHT = 190;
const TOP = 62;
const BOTTOM = 52;
const LEGEND_ROW = 18;
/** After all colours have been used once they come again, dashed. */
const DASHES = ['none', '6 4', '2 3'] as const;

/** Lines on a logarithmic vertical axis, with a legend on the right. */
export function lineChart(chart: LineChart): string {
  const { title, note, places, placesLabel, series } = chart;
  const height = Math.max(HEIGHT, TOP + series.length * LEGEND_ROW + BOTTOM);
  const values = series.flatMap(({ points }) => points.map(({ y }) => y));
  const scale = logScale(values, height - BOTTOM, TOP);
  const step = (WIDTH - LEFT - RIGHT) / Math.max(places.length - 1, 1);
  const horizontal = new Map(places.map(({ x }, i) => [x, LEFT + i * step]));
  const right = WIDTH - RIGHT;
  return svgDocument(WIDTH, height, title, [
    label('title', 16, 26, title),
    label('note', 16, 44, note),
    ...scale.ticks.flatMap((tick) => {
      const y = scale.position(tick);
      const line = element('line', { class: 'grid', x1: LEFT, y1: y, x2: right, y2: y });
      return [line, label('tick', LEFT - 8, y + 4, tickText(tick), 'end')];
    }),
    ...places.map(({ x, text }) =>
      label('tick', horizontal.get(x)!, height - BOTTOM + 18, text, 'middle'),
    ),
    label('note', (LEFT + right) / 2, height - 12, placesLabel, 'middle'),
    ...series.flatMap((row, i) => curve(row, i, horizontal, scale.position)),
    ...series.flatMap(({ name }, i) => legend(name, i, right + 20, TOP + i * LEGEND_ROW)),
  ]);
}

function curve(
  { points }: Series,
  index: number,
  horizontal: ReadonlyMap<number, number>,
  position: (value: number) => number,
): string[] {
  const kind = `s${index % SERIES_COUNT}`;
  const pixels = points.map(({ x, y }) => [horizontal.get(x)!.toFixed(1), position(y).toFixed(1)]);
  const path = pixels.map((pair) => pair.join(',')).join(' ');
  return [
    element('polyline', { class: `${kind} line`, points: path, 'stroke-dasharray': dash(index) }),
    ...pixels.map(([cx, cy]) => element('circle', { class: kind, cx: cx!, cy: cy!, r: 3 })),
  ];
}

function legend(name: string, index: number, x: number, y: number): string[] {
  const kind = `s${index % SERIES_COUNT} line`;
  const line = { class: kind, x1: x, y1: y, x2: x + 22, y2: y, 'stroke-dasharray': dash(index) };
  return [element('line', line), label('label', x + 30, y + 4, name)];
}

function dash(index: number): string {
  return DASHES[Math.floor(index / SERIES_COUNT) % DASHES.length]!;
}
