import type { ResultLine } from '../output.js';
import { barChart } from './bar-chart.js';
import { type LineChart, lineChart } from './line-chart.js';
import { figureName, groupBy, type Plot, plotsOf } from './series.js';
import { isLessBetter } from './units.js';

/** A picture, by the name of its file. */
export interface PlotFile {
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

/** All pictures of a run: bars for each figure with two subjects, curves by size, curves of latency. */
export function renderPlots(lines: readonly ResultLine[]): PlotFile[] {
  return plotsOf(lines)
    .filter((plot) => plot.kind !== 'bars' || plot.lines.length > 1)
    .map(render);
}

function render(plot: Plot): PlotFile {
  const { name: title, lines } = plot;
  if (plot.kind === 'bars') return { file: `${title}.svg`, title, svg: barChart(lines) };
  if (plot.kind === 'sizes') return { file: `${title}.svg`, title, svg: lineChart(sizes(plot)) };
  const file = `${title}.latency.svg`;
  return { file, title: `${title}, latency`, svg: lineChart(latencies(plot)) };
}

function sizes({ name, lines }: Plot): LineChart {
  const { unit } = lines[0]!;
  const xOf = ({ bench }: ResultLine): number => figureName(bench).x ?? 0;
  const xs = [...new Set(lines.map(xOf))].sort((a, b) => a - b);
  const direction = isLessBetter(unit) ? 'less is better' : 'more is better';
  return {
    title: name,
    note: `${unit}, ${direction}, logarithmic; medians`,
    places: xs.map((x) => ({ x, text: binaryText(x) })),
    placesLabel: name.includes('size') ? 'bytes' : name,
    series: [...groupBy(lines, ({ subject }) => subject)].map(([subject, group]) => ({
      name: subject,
      points: group.map((line) => ({ x: xOf(line), y: line.value })).sort((a, b) => a.x - b.x),
    })),
  };
}

/** One line for each subject and load, over the quantiles. */
function latencies({ name, lines }: Plot): LineChart {
  const { unit } = lines[0]!;
  const names = new Set(lines.map(({ bench }) => figureName(bench).quantile!));
  const quantiles = [...names].sort((a, b) => quantileOrder(a) - quantileOrder(b));
  const groups = groupBy(lines, ({ bench, subject }) => {
    const { x } = figureName(bench);
    return x === undefined ? subject : `${subject} at ${x} %`;
  });
  return {
    title: `${name}, latency`,
    note: `${unit}, less is better, logarithmic; medians of the rounds`,
    places: quantiles.map((text, x) => ({ x, text })),
    placesLabel: 'quantile of the messages; load in percent of the maximum',
    series: [...groups].map(([series, group]) => ({
      name: series,
      points: group
        .map((line) => ({
          x: quantiles.indexOf(figureName(line.bench).quantile!),
          y: line.value,
        }))
        .sort((a, b) => a.x - b.x),
    })),
  };
}

function quantileOrder(quantile: string): number {
  return quantile === 'max' ? 100 : Number(quantile.slice(1));
}

const KIB = 1024;

/** A size or a count: powers of 1,024 as `4 Ki`, of 1,000 as `10 k`. */
function binaryText(x: number): string {
  if (x >= KIB * KIB && x % (KIB * KIB) === 0) return `${x / (KIB * KIB)} Mi`;
  if (x >= KIB && x % KIB === 0) return `${x / KIB} Ki`;
  if (x >= 1e6 && x % 1e6 === 0) return `${x / 1e6} M`;
  return x >= 1e3 && x % 1e3 === 0 ? `${x / 1e3} k` : String(x);
}
