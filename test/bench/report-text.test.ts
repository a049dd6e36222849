import t from 'tap';
import { markdownTable } from '../../bench/report/markdown.js';
import { reportText } from '../../bench/report/report-text.js';
import { formatResultFile, parseResultFile } from '../../bench/report/result-file.js';
import { advantage, formatRatio, isLessBetter, isOwn } from '../../bench/report/units.js';
import { line, resultFile } from './report-lines.js';

const FILE = resultFile([
  line('tell-local', 'troupe', 4e6),
  line('tell-local', 'array', 8e6),
  line('memory', 'troupe', 400, 'bytes/actor'),
  line('memory', 'array', 100, 'bytes/actor'),
]);

t.test('the report has the machine, all figures and the plots', async (t) => {
  const plots = [{ file: 'tell-local.svg', title: 'tell-local', svg: '' }];
  t.equal(
    reportText(FILE, plots),
    `# Results

Example CPU, 2 cores, 8.0 GiB, linux x64; Node 20.20.0; commit 0123456789; medians of 5 rounds; 2026-01-02T03:04:05.000Z.

| bench      | subject | median | unit        |  least | greatest | troupe is |
| ---------- | ------- | -----: | ----------- | -----: | -------: | --------: |
| tell-local | troupe  | 4.00 M | msg/s       | 3.80 M |   4.20 M |           |
| tell-local | array   | 8.00 M | msg/s       | 7.60 M |   8.40 M |    0.50 x |
| memory     | troupe  |    400 | bytes/actor |    380 |      420 |           |
| memory     | array   |    100 | bytes/actor |  95.00 |      105 |    0.25 x |

In the last column 2 x means that Troupe is twice as good: twice the rate, or half the time or memory.

## Plots

![tell-local](tell-local.svg)
`,
  );
});

t.test('a report of a smoke run or of a run that failed says so', async (t) => {
  const text = reportText({ ...FILE, smoke: true, failed: ['ring', 'spawn'] }, []);
  t.match(text, '**A smoke run: these figures mean nothing.**');
  t.match(text, '**Failed: ring, spawn. Figures are missing.**');
});

t.test('a file of results holds a result a line and is read back as it was', async (t) => {
  const text = formatResultFile(FILE);
  t.equal(
    text,
    `{
  "date": "2026-01-02T03:04:05.000Z",
  "commit": "0123456789",
  "node": "v20.20.0",
  "machine": {
    "cpu": "Example CPU",
    "cores": 2,
    "memoryBytes": 8589934592,
    "platform": "linux x64"
  },
  "rounds": 5,
  "smoke": false,
  "peers": false,
  "failed": [],
  "lines": [
    {"bench":"tell-local","subject":"troupe","value":4000000,"unit":"msg/s","min":3800000,"max":4200000,"rounds":5},
    {"bench":"tell-local","subject":"array","value":8000000,"unit":"msg/s","min":7600000,"max":8400000,"rounds":5},
    {"bench":"memory","subject":"troupe","value":400,"unit":"bytes/actor","min":380,"max":420,"rounds":5},
    {"bench":"memory","subject":"array","value":100,"unit":"bytes/actor","min":95,"max":105,"rounds":5}
  ]
}
`,
  );
  t.same(parseResultFile(text, 'x'), FILE);
  t.same(parseResultFile(formatResultFile({ ...FILE, lines: [] }), 'x').lines, []);
});

t.test('what is not a file of results is refused with its name', async (t) => {
  const wrongLine = { ...FILE, lines: [FILE.lines[0], { ...FILE.lines[1], value: '1' }] };
  for (const [text, message] of [
    ['{', /^old\.json: .*JSON/],
    ['null', 'old.json: not a file of results, see --report'],
    ['[]', 'old.json: not a file of results, see --report'],
    ['{"lines":[]}', 'old.json: not a file of results, see --report'],
    [JSON.stringify(wrongLine), 'old.json: lines[1] is not a result'],
  ] as const) {
    t.throws(() => parseResultFile(text, 'old.json'), { message }, text);
  }
});

t.test('a table is aligned and its cells cannot break out of it', async (t) => {
  const table = markdownTable(
    [{ heading: 'a' }, { heading: 'number', isNumber: true }],
    [['x|y', '1']],
  );
  t.equal(table, '| a    | number |\n| ---- | -----: |\n| x\\|y |      1 |\n');
});

t.test(
  'an advantage is above 1 for more throughput, for less time and for less memory',
  async (t) => {
    t.equal(advantage('msg/s', 4, 2), 2);
    t.equal(advantage('us', 4, 2), 0.5);
    t.equal(advantage('bytes/actor', 2, 4), 2);
    t.equal(advantage('msg/s', 4, 0), undefined);
    t.equal(advantage('%', 0, 4), undefined);
    t.equal(isLessBetter('ops/s'), false);
  },
);

t.test('ratios keep two or three digits', async (t) => {
  const texts = [0.00123, 0.0999, 0.5, 1, 12.34, 123.4, undefined].map(formatRatio);
  t.same(texts, ['0.0012 x', '0.1 x', '0.50 x', '1.00 x', '12.3 x', '123 x', '-']);
});

t.test('Troupe and its variants are its own, all others are not', async (t) => {
  t.same(['troupe', 'troupe/parked', 'trouper', 'array'].map(isOwn), [true, true, false, false]);
});
