import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const MAIN = fileURLToPath(new URL('../bench/main.js', import.meta.url));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command; a code other than 0 is a result. */
function bench(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [MAIN, ...args], (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

function linesOf(stdout: string): Record<string, unknown>[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

t.test('with --json standard output holds one object a line in the agreed form', async (t) => {
  const { code, stdout, stderr } = await bench(
    'tell-local',
    'tell-cross-object',
    '--smoke',
    '--json',
  );
  t.equal(code, 0, stderr);
  const lines = linesOf(stdout);
  for (const line of lines) {
    const { value, min, max } = line as {
      value: number;
      min: number;
      max: number;
    };
    t.strictSame(Object.keys(line), ['bench', 'subject', 'value', 'unit', 'min', 'max', 'rounds']);
    t.ok(value > 0 && min <= value && value <= max, `${min} <= ${value} <= ${max}`);
    t.equal(line['unit'], 'msg/s');
    t.equal(line['rounds'], 1);
  }
  t.strictSame(
    lines.map(({ bench: name, subject }) => `${name} ${subject}`),
    [
      'tell-local troupe',
      'tell-local array',
      'tell-cross-object troupe',
      'tell-cross-object postMessage',
    ],
  );
});

t.test(
  '--runs says how many rounds are measured, and latencies are lines of their own',
  async (t) => {
    const { code, stdout, stderr } = await bench(
      'pingpong-cross',
      '--smoke',
      '--json',
      '--runs',
      '3',
    );
    t.equal(code, 0, stderr);
    const lines = linesOf(stdout);
    t.ok(lines.every(({ rounds }) => rounds === 3));
    const latencies = lines.filter(({ unit }) => unit === 'us').map((line) => line['bench']);
    t.strictSame([...new Set(latencies)], ['pingpong-cross.p50', 'pingpong-cross.p99']);
  },
);

t.test('what cannot be run exits with another code than 0 and prints no figure', async (t) => {
  for (const args of [['no-such-bench'], ['--no-such-option'], ['tell-local', '--runs', '0']]) {
    const { code, stdout, stderr } = await bench(...args, '--json');
    t.not(code, 0);
    t.equal(stdout, '');
    t.match(stderr, 'usage:');
  }
});
