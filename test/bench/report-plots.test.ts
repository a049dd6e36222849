import fc from 'fast-check';
import t from 'tap';
import { barChart } from '../../bench/report/bar-chart.js';
import { lineChart } from '../../bench/report/line-chart.js';
import { logScale, tickText } from '../../bench/report/log-scale.js';
import { renderPlots } from '../../bench/report/plots.js';
import { figureName, plotsOf } from '../../bench/report/series.js';
import { element, escapeXml, svgDocument } from '../../bench/report/svg.js';
import { line } from './report-lines.js';
import { BARS, CURVES } from './report-pictures.js';

/** A picture without its colours. */
const shapes = (svg: string): string => svg.replace(/<style>.*<\/style>\n/, '');

t.test('names of figures are taken apart into base, number and quantile', async (t) => {
  const names = {
    'tell-local': ['tell-local', undefined, undefined],
    'memory.heap': ['memory.heap', undefined, undefined],
    'tell-cross-size.4096': ['tell-cross-size', 4096, undefined],
    'tell-cross-size.64.p50': ['tell-cross-size', 64, 'p50'],
    'latency-cross.90.p99.9': ['latency-cross', 90, 'p99.9'],
    'latency-cross.10.max': ['latency-cross', 10, 'max'],
    'pingpong-cross.p99.9': ['pingpong-cross', undefined, 'p99.9'],
    'pieces.codec.decode': ['pieces.codec.decode', undefined, undefined],
  };
  for (const [name, [base, x, quantile]] of Object.entries(names)) {
    t.same(figureName(name), { base, x, quantile }, name);
  }
});

t.test('figures are sorted into bars, curves by size and curves of latency', async (t) => {
  const names = [
    'a',
    'a.p50',
    's.16',
    's.64',
    's.16.p50',
    's.64.p50',
    's.16.p99',
    's.64.p99',
    'one.8',
  ];
  const loads = [
    'l.10',
    'l.50',
    'l.10.p50',
    'l.10.p99',
    'l.10.max',
    'l.50.p50',
    'l.50.p99',
    'l.50.max',
  ];
  const plots = plotsOf([...names, ...loads].map((name) => line(name, 'troupe', 1)));
  t.same(
    plots.map(({ kind, name, lines }) => `${kind} ${name}: ${lines.map(({ bench }) => bench)}`),
    [
      'bars a: a',
      'bars a.p50: a.p50',
      'sizes s: s.16,s.64',
      'sizes s.p50: s.16.p50,s.64.p50',
      'sizes s.p99: s.16.p99,s.64.p99',
      'bars one.8: one.8',
      'sizes l: l.10,l.50',
      'latencies l: l.10.p50,l.10.p99,l.10.max,l.50.p50,l.50.p99,l.50.max',
    ],
  );
});

t.test('each picture has a file of its own, and a figure of one subject has none', async (t) => {
  const lines = [
    ...['troupe', 'array'].map((subject) => line('tell-local', subject, 1e6)),
    line('alone', 'troupe', 1e6),
    ...[16, 64].map((size) => line(`size.${size}`, 'troupe', 1e6)),
    ...['10', '10.p50', '10.p99', '10.max', '50'].map((x) =>
      line(`latency.${x}`, 'troupe', 9, 'us'),
    ),
  ];
  t.same(
    renderPlots(lines).map(({ file }) => file),
    ['tell-local.svg', 'size.svg', 'latency.svg', 'latency.latency.svg'],
  );
});

t.test('bars stand from best to worst, with their range and as a multiple of Troupe', async (t) => {
  const svg = barChart([
    line('tell', 'troupe', 1e6, 'msg/s', 0.5),
    line('tell', 'array', 1e7, 'msg/s', 0),
  ]);
  t.equal(shapes(svg), BARS);
});

t.test('of times the shortest bar stands on top', async (t) => {
  const svg = barChart([line('p50', 'troupe', 20, 'us'), line('p50', 'bare', 10, 'us')]);
  t.ok(svg.indexOf('>bare<') < svg.indexOf('>troupe<'));
  t.match(svg, 'us, less is better');
  t.match(svg, '>10.00 (0.50 x troupe)<');
});

t.test('curves go through their points, with axes and a legend', async (t) => {
  const chart = {
    title: 'size',
    note: 'msg/s',
    places: [
      { x: 16, text: '16' },
      { x: 1024, text: '1 Ki' },
    ],
    placesLabel: 'bytes',
    series: [
      {
        name: 'troupe',
        points: [
          { x: 16, y: 1e5 },
          { x: 1024, y: 1e4 },
        ],
      },
      { name: 'postMessage', points: [{ x: 1024, y: 1e4 }] },
    ],
  };
  t.equal(shapes(lineChart(chart)), CURVES);
});

t.test('latency curves have a line for each subject and load, by quantile', async (t) => {
  const lines = ['max', 'p99.9', 'p50', 'p99'].flatMap((quantile) =>
    ['troupe', 'postMessage'].map((subject) => line(`latency.90.${quantile}`, subject, 10, 'us')),
  );
  const [plot] = renderPlots(lines);
  const texts = [...plot!.svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, text]) => text);
  t.same(texts.slice(-7, -3), ['p50', 'p99', 'p99.9', 'max']);
  t.same(texts.slice(-2), ['troupe at 90 %', 'postMessage at 90 %']);
});

t.test('more curves than colours differ in their dashes', async (t) => {
  const series = Array.from({ length: 9 }, (_, i) => ({
    name: `s${i}`,
    points: [{ x: 1, y: i + 1 }],
  }));
  const svg = lineChart({
    title: '',
    note: '',
    places: [{ x: 1, text: '' }],
    placesLabel: '',
    series,
  });
  const first = /<line class="s0 line"[^>]*>/g;
  t.equal(new Set(svg.match(first)!.map((l) => /dasharray="([^"]*)"/.exec(l)![1])).size, 2);
});

t.test('on a scale every value lies between its ends and in order', async () => {
  const value = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
      const { ticks, position } = logScale(values, 100, 500);
      const sorted = [...values].sort((a, b) => a - b).map(position);
      const inside = sorted.every((x) => x > 100 && x <= 500);
      const ordered = sorted.every((x, i) => i === 0 || x >= sorted[i - 1]!);
      return inside && ordered && ticks.length >= 2 && ticks.length <= 9;
    }),
  );
});

t.test('a scale copes with zero and with nothing', async (t) => {
  t.equal(logScale([0, 10], 0, 100).position(0), 0);
  t.equal(logScale([], 0, 100).position(0), 0);
  t.same(logScale([20, 300], 0, 100).ticks, [10, 100, 1000]);
  t.same([0.01, 1, 1e4, 1e6, 1e9].map(tickText), ['0.01', '1', '10 k', '1 M', '1 G']);
});

t.test(
  'text in a picture is escaped, and a picture is readable on light and dark ground',
  async (t) => {
    t.equal(escapeXml('a<b & "c">'), 'a&lt;b &amp; &quot;c&quot;&gt;');
    t.equal(
      element('a', { x: 1.26, y: 'q"' }, element('b', {})),
      '<a x="1.3" y="q&quot;"><b/></a>',
    );
    const svg = svgDocument(10, 20, '<title>', []);
    t.match(svg, '&lt;title&gt;');
    t.match(svg, '.ground{fill:#ffffff}');
    t.match(svg, '@media(prefers-color-scheme:dark){.ground{fill:#0d1117}');
  },
);
