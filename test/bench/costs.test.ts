import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { FEATURE_NAMES } from '../../bench/feature-names.js';
import { FEATURES } from '../../bench/feature-table.js';
import type { ResultLine } from '../../bench/output.js';
import { BENCH_NAMES } from '../../bench/registry.js';

const RUN_ONE = fileURLToPath(new URL('../../bench/run-one.js', import.meta.url));

/** Runs a bench once, as small as it can be; all that it checks must hold. */
function smoke(name: string): Promise<{ code: number; lines: ResultLine[]; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [RUN_ONE, name, '1', 'smoke'], (_, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      resolve({
        code: child.exitCode ?? -1,
        lines: lines.map((line) => JSON.parse(line) as ResultLine),
        stderr,
      });
    });
  });
}

function figureOf(lines: readonly ResultLine[], subject: string, bench: string): number {
  const line = lines.find((one) => one.subject === subject && one.bench === bench);
  return line?.value ?? Number.NaN;
}

t.test('latencies have all quantiles at each load, and these rise', async (t) => {
  const { code, lines, stderr } = await smoke('latency-cross');
  t.equal(code, 0, stderr);
  for (const subject of ['troupe', 'troupe/parked', 'postMessage']) {
    t.ok(figureOf(lines, subject, 'latency-cross.load') > 0);
    for (const percent of [10, 50, 90]) {
      const [p50, p99, p999, max] = ['p50', 'p99', 'p99.9', 'max'].map((quantile) =>
        figureOf(lines, subject, `latency-cross.${percent}.${quantile}`),
      ) as [number, number, number, number];
      const text = `${subject} at ${percent} %: ${p50} ${p99} ${p999} ${max}`;
      t.ok(p50 >= 0 && p50 <= p99 && p99 <= p999 && p999 <= max, text);
    }
  }
});

t.test('I/O is timed on a thread under load, and on one without', async (t) => {
  const { code, lines, stderr } = await smoke('io-fairness');
  t.equal(code, 0, stderr);
  const quantiles = [
    'timeout.p50',
    'timeout.p99',
    'timeout.max',
    'http.p50',
    'http.p99',
    'http.max',
  ];
  t.strictSame(
    lines.map(({ bench, subject, unit }) => `${bench} ${subject} ${unit}`),
    ['troupe', 'no-load'].flatMap((subject) =>
      quantiles.map((quantile) => `io-fairness.${quantile} ${subject} us`),
    ),
  );
});

t.test(
  'threads at rest use next to no processor time, which the bench itself checks',
  async (t) => {
    const { code, lines, stderr } = await smoke('idle-cpu');
    t.equal(code, 0, stderr);
    t.strictSame(
      lines.map(({ bench, subject, unit }) => `${bench} ${subject} ${unit}`),
      ['idle-cpu troupe %', 'idle-cpu worker_threads %'],
    );
  },
);

// Those whose receivers do something else with a message; the others differ in options only.
for (const name of ['stash', 'supervision-depth', 'watch', 'metrics'] as const) {
  t.test(
    `features.${name} does the same work off and on, and sets the two in relation`,
    async (t) => {
      const { code, lines, stderr } = await smoke(`features.${name}`);
      t.equal(code, 0, stderr);
      for (const way of ['local', 'cross']) {
        const figure = `features.${name}.${way}`;
        t.ok(figureOf(lines, 'off', figure) > 0 && figureOf(lines, 'on', figure) > 0);
        t.ok(figureOf(lines, 'on', `${figure}.ratio`) > 0);
      }
    },
  );
}

t.test('every feature of the list has a setup and can be run by its name', async (t) => {
  t.strictSame(Object.keys(FEATURES), [...FEATURE_NAMES]);
  for (const name of FEATURE_NAMES) t.ok(BENCH_NAMES.includes(`features.${name}`), name);
});

t.test('each piece stands beside a floor, and the codec in each kind of message', async (t) => {
  const { code, lines, stderr } = await smoke('pieces');
  t.equal(code, 0, stderr);
  const subjects = new Map<string, string[]>();
  for (const { bench, subject } of lines) {
    subjects.set(bench, [...(subjects.get(bench) ?? []), subject]);
  }
  for (const kind of ['int', 'object', 'string-1k', 'nested', 'map']) {
    t.strictSame(subjects.get(`pieces.codec.${kind}`), ['troupe', 'JSON', 'structuredClone']);
    t.strictSame(subjects.get(`pieces.encode.${kind}`), ['troupe', 'JSON']);
    t.strictSame(subjects.get(`pieces.decode.${kind}`), ['troupe', 'JSON']);
  }
  t.strictSame(subjects.get('pieces.ring'), ['troupe', 'copy']);
  t.strictSame(subjects.get('pieces.wheel'), ['troupe', 'setTimeout']);
});
