import t from 'tap';
import { MARKS, type Mark } from '../../bench/marks.js';
import { INSTALLED_PEERS } from '../../bench/peers/installed.js';
import { PUBLISHED } from '../../bench/published.js';
import { loadBench } from '../../bench/registry.js';
import { type Anchor, parseAnchors } from '../../bench/report/anchors.js';
import { judge, peerFigure } from '../../bench/report/judge.js';
import { marksText } from '../../bench/report/marks-text.js';
import { line, resultFile } from './report-lines.js';

const MARK: Mark = { bench: 'tell', subject: 'troupe', peer: 'tokio', reach: 2 };
const LIMIT: Mark = { bench: 'memory', subject: 'troupe', atMost: 400 };
const LEAST: Mark = { bench: 'rate', subject: 'troupe', atLeast: 500_000 };
const anchor = (peer: string, value: number): Anchor => ({
  bench: 'tell',
  peer,
  value,
  unit: 'msg/s',
});
const KNOWN = [anchor('tokio', 10e6), anchor('postMessage', 1e6)];

/** Whether the peer takes part in each run of the bench. */
async function isBaseline(figure: string, peer: string): Promise<boolean> {
  const contests = (await loadBench(figure.split('.')[0]!)).contests('full');
  return contests.some(
    ({ bench, subjects }) => figure.startsWith(bench) && subjects.some(({ name }) => name === peer),
  );
}

t.test('a peer measured in the same run counts before all else', async (t) => {
  const lines = [line('tell', 'tokio', 3e6), line('tell', 'postMessage', 2e6)];
  const figure = peerFigure('tell', 'tokio', lines, [anchor('tokio', 4e6)], KNOWN);
  t.same(figure, { value: 3e6, source: { kind: 'run' } });
});

t.test('a peer of the file of anchors counts before what was published', async (t) => {
  const lines = [line('tell', 'postMessage', 2e6)];
  const figure = peerFigure('tell', 'tokio', lines, [anchor('tokio', 4e6)], KNOWN);
  t.same(figure, { value: 4e6, source: { kind: 'anchors' } });
});

t.test('a published figure is scaled by what the run reached of a published subject', async (t) => {
  const figure = peerFigure('tell', 'tokio', [line('tell', 'postMessage', 2e6)], [], KNOWN);
  t.same(figure, { value: 20e6, source: { kind: 'ratio', to: ['postMessage'] } });
  const [more, lines] = [
    [...KNOWN, anchor('nact', 1e5)],
    [line('tell', 'postMessage', 2e6), line('tell', 'nact', 8e5)],
  ];
  const mean = peerFigure('tell', 'tokio', lines, [], more)!;
  t.ok(Math.abs(mean.value / 40e6 - 1) < 1e-9, 'twice and eight times are four times');
  t.same(mean.source, { kind: 'ratio', to: ['postMessage', 'nact'] });
  const other = peerFigure('tell', 'tokio', [line('other', 'postMessage', 2e6)], [], KNOWN);
  t.same(other, { value: 10e6, source: { kind: 'published' } });
  t.equal(peerFigure('tell', 'nobody', [], [], KNOWN), undefined);
});

t.test('a mark is reached at the multiple of the peer, and not a little below', async (t) => {
  const at = (value: number) => judge([MARK], [line('tell', 'troupe', value)], [], KNOWN)[0]!;
  t.equal(at(20e6).isReached, true);
  t.equal(at(20e6).ratio, 2);
  t.equal(at(19.9e6).isReached, false);
});

t.test('of latencies a mark of 0.5 is reached at twice the time of the peer', async (t) => {
  const mark: Mark = { bench: 'p50', subject: 'troupe', peer: 'ring', reach: 0.5 };
  const known = [{ bench: 'p50', peer: 'ring', value: 1, unit: 'us' }];
  const at = (value: number) => judge([mark], [line('p50', 'troupe', value, 'us')], [], known)[0]!;
  t.equal(at(2).isReached, true);
  t.equal(at(2.1).isReached, false);
});

t.test(
  'a limit is reached at it, and without a figure a mark is neither reached nor missed',
  async (t) => {
    const at = (value: number) =>
      judge([LIMIT], [line('memory', 'troupe', value, 'bytes/actor')], [], []);
    t.equal(at(400)[0]!.isReached, true);
    t.equal(at(401)[0]!.isReached, false);
    const rate = (value: number) =>
      judge([LEAST], [line('rate', 'troupe', value, 'msg/s')], [], [])[0]!;
    t.match(rate(500_000), { isReached: true, ratio: 1 });
    t.match(rate(499_999), { isReached: false });
    const unmeasured = judge([MARK, LIMIT, LEAST], [line('tell', 'array', 1)], [], KNOWN);
    t.same(
      unmeasured.map(({ isReached }) => isReached),
      [undefined, undefined, undefined],
    );
  },
);

t.test('the table of marks shows figures, where they are from, and all other ratios', async (t) => {
  const file = resultFile([
    line('tell', 'troupe', 30e6),
    line('tell', 'postMessage', 1e6),
    line('memory', 'troupe', 800, 'bytes/actor'),
    line('rate', 'troupe', 6e5, 'msg/s'),
    line('ring', 'troupe', 1e6),
  ]);
  const anchors = [anchor('go', 10e6)];
  const missing: Mark = { bench: 'spawn', subject: 'troupe', peer: 'tokio', reach: 1 };
  t.equal(
    marksText(judge([MARK, LIMIT, LEAST, missing], file.lines, anchors, KNOWN), file, anchors),
    `# Marks

Example CPU, 2 cores, 8.0 GiB, linux x64; Node 20.20.0; commit 0123456789; medians of 5 rounds; 2026-01-02T03:04:05.000Z.

2 of 4 reached, 1 not measured.

| bench  | subject |        measured | mark                    |    peer | from           |  ratio | reached      |
| ------ | ------- | --------------: | ----------------------- | ------: | -------------- | -----: | ------------ |
| tell   | troupe  |   30.00 M msg/s | 2.00 x tokio            | 10.00 M | by postMessage | 3.00 x | yes          |
| memory | troupe  | 800 bytes/actor | at most 400 bytes/actor |       - | -              | 0.50 x | no           |
| rate   | troupe  |   600.0 k msg/s | at least 500.0 k msg/s  |       - | -              | 1.20 x | yes          |
| spawn  | troupe  |               - | 1.00 x tokio            |       - | -              |      - | not measured |

A ratio above 1 means that Troupe is better. The figure of a peer is, in this order: of this run; of the
file of anchors; *by X, Y*: as published, scaled by what this run reached of the published X and Y (their
geometric mean); *published*: of another machine, which says little.

## Beside all others

| bench  | subject |        measured | in this run        | anchors   |
| ------ | ------- | --------------: | ------------------ | --------- |
| tell   | troupe  |   30.00 M msg/s | postMessage 30.0 x | go 3.00 x |
| memory | troupe  | 800 bytes/actor | -                  | -         |
| rate   | troupe  |   600.0 k msg/s | -                  | -         |
`,
  );
});

t.test(
  'every peer of a mark is a library to be measured beside, a baseline of its bench, or has a published figure, and every published figure is a number',
  async (t) => {
    for (const mark of MARKS) {
      if (!('peer' in mark)) continue;
      const known =
        INSTALLED_PEERS.some((name) => name === mark.peer) ||
        PUBLISHED.some(({ bench, peer }) => bench === mark.bench && peer === mark.peer) ||
        (await isBaseline(mark.bench, mark.peer));
      t.ok(known, `${mark.bench} ${mark.peer}`);
    }
    for (const { bench, peer, value, unit } of PUBLISHED) {
      t.ok(value > 0 && peer !== '' && unit !== '', `${bench} ${peer} ${value} ${unit}`);
    }
    const tokio = PUBLISHED.find(({ bench, peer }) => bench === 'tell-local' && peer === 'tokio');
    t.same(tokio, { bench: 'tell-local', peer: 'tokio', value: 14.82e6, unit: 'msg/s' });
  },
);

t.test(
  'a file of anchors is a list of figures, and anything else is refused with its name',
  async (t) => {
    const text = JSON.stringify([anchor('go', 1)]);
    t.same(parseAnchors(text, 'a.json'), [anchor('go', 1)]);
    t.throws(() => parseAnchors('{}', 'a.json'), { message: /^a\.json: not a list/ });
    for (const value of ['"1"', '0', '-1', 'null']) {
      const wrong = `[{"bench":"a","peer":"b","unit":"s","value":${value}}]`;
      t.throws(() => parseAnchors(wrong, 'a.json'), { message: /^a\.json: \[0\] is not/ }, value);
    }
  },
);
