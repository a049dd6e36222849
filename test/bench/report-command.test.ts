import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { formatResultFile, parseResultFile } from '../../bench/report/result-file.js';
import { line, resultFile } from './report-lines.js';

const BENCH = fileURLToPath(new URL('../../bench/', import.meta.url));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; a code other than 0 is a result. */
function bench(args: readonly string[], folder = BENCH): Promise<Run> {
  return new Promise((resolve) => {
    const command = [join(folder, 'main.js'), ...args];
    const child = execFile(process.execPath, command, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

const LINES = [line('tell-local', 'troupe', 4e6), line('tell-local', 'array', 8e6)];

t.test('--help prints what the command understands, and runs nothing', async (t) => {
  for (const flag of ['--help', '-h']) {
    const run = await bench([flag, 'tell-local']);
    t.same({ code: run.code, stderr: run.stderr }, { code: 0, stderr: '' });
    t.match(run.stdout, /^usage: npm run bench -- .*\n {2}NAME {7}tell-local /s);
  }
});

t.test('--report writes figures, tables and plots, and --json stays clean', async (t) => {
  const out = t.testdir();
  const run = await bench(['tell-local', '--smoke', '--json', '--report', '--out', out]);
  t.equal(run.code, 0, run.stderr);
  t.same(readdirSync(out).sort(), ['latest.json', 'latest.md', 'marks.md', 'tell-local.svg']);
  const file = parseResultFile(readFileSync(join(out, 'latest.json'), 'utf8'), 'latest.json');
  const printed = run.stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as unknown);
  t.same(file.lines, printed);
  t.equal(file.node, process.version);
  t.equal(file.rounds, 1);
  t.ok(file.smoke && file.machine.cores > 0 && file.machine.memoryBytes > 0);
  t.match(readFileSync(join(out, 'latest.md'), 'utf8'), 'A smoke run');
});

t.test(
  '--from makes the report of a file anew and takes away plots that it no longer has',
  async (t) => {
    const out = t.testdir({
      'kept.svg': 'of somebody else',
      'old.json': formatResultFile(
        resultFile([line('ring', 'troupe', 1), line('ring', 'array', 2)]),
      ),
      'new.json': formatResultFile(resultFile(LINES)),
      'anchors.json': '[{"bench":"tell-local","peer":"tokio","value":1e6,"unit":"msg/s"}]',
    });
    const first = await bench(['--report', '--from', join(out, 'old.json'), '--out', out]);
    t.equal(first.code, 0, first.stderr);
    t.ok(existsSync(join(out, 'ring.svg')));
    const anchors = ['--anchors', join(out, 'anchors.json')];
    const second = await bench(['--from', join(out, 'new.json'), '--out', out, ...anchors]);
    t.equal(second.code, 0, second.stderr);
    t.same(
      readdirSync(out).filter((name) => name.endsWith('.svg')),
      ['kept.svg', 'tell-local.svg'],
    );
    t.match(readFileSync(join(out, 'marks.md'), 'utf8'), 'tokio 4.00 x');
  },
);

t.test('--compare exits with 1 when something is slower beyond noise, else with 0', async (t) => {
  const slow = [line('tell-local', 'troupe', 2e6), LINES[1]!];
  const dir = t.testdir({
    'a.json': formatResultFile(resultFile(LINES)),
    'b.json': formatResultFile(resultFile(slow)),
  });
  const [a, b] = [join(dir, 'a.json'), join(dir, 'b.json')];
  const worse = await bench(['--compare', a, b]);
  t.equal(worse.code, 1);
  t.match(worse.stdout, '-50.0 % | slower');
  t.equal((await bench(['--compare', a, a])).code, 0);
  t.equal((await bench(['--compare', b, a])).code, 0);
});

t.test(
  'files that are missing or broken end the command with 2 before anything runs',
  async (t) => {
    const dir = t.testdir({ 'a.json': '{}' });
    const [broken, missing] = [join(dir, 'a.json'), join(dir, 'no.json')];
    for (const args of [
      ['--compare', broken, broken],
      ['--compare', missing, missing],
      ['--from', missing],
      ['tell-local', '--smoke', '--report', '--anchors', broken],
    ]) {
      const { code, stdout, stderr } = await bench(args);
      t.equal(code, 2, args.join(' '));
      t.equal(stdout, '');
      t.match(stderr, dir);
    }
  },
);

t.test('--peers says how to install what is not there, and runs nothing', async (t) => {
  const elsewhere = t.testdir({ 'package.json': '{"type":"module"}' });
  const folder = join(elsewhere, 'dist', 'bench');
  mkdirSync(folder, { recursive: true });
  cpSync(BENCH, folder, { recursive: true });
  const { code, stdout, stderr } = await bench(['tell-local', '--smoke', '--peers'], folder);
  t.equal(code, 2);
  t.equal(stdout, '');
  t.equal(
    stderr,
    'not installed: comedy, ioredis, lru-cache, nact, xstate; run: npm ci --prefix bench/peers\n',
  );
});

t.test('a bench that fails is named in the report of what could be measured', async (t) => {
  const elsewhere = t.testdir({ 'package.json': '{"type":"module"}' });
  const folder = join(elsewhere, 'dist', 'bench');
  mkdirSync(folder, { recursive: true });
  cpSync(BENCH, folder, { recursive: true });
  const printed = JSON.stringify(LINES[0]);
  writeFileSync(
    join(folder, 'run-one.js'),
    `console.log('${printed}'); if (process.argv[2] === 'ring') process.exit(1);
     if (process.argv[2] === 'spawn') console.log('noise');`,
  );
  const args = ['tell-local', 'ring', 'spawn', '--report', '--out', elsewhere];
  const { code, stderr } = await bench(args, folder);
  t.equal(code, 1);
  t.match(stderr, 'spawn: printed what is not a figure: noise');
  const text = readFileSync(join(elsewhere, 'latest.md'), 'utf8');
  t.match(text, '**Failed: ring, spawn. Figures are missing.**');
});
