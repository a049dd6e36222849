import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { ResultLine } from '../../bench/output.js';
import { loadBench } from '../../bench/registry.js';

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

/** The subjects of a figure, in their order. */
async function subjectsAtFullScale(name: string): Promise<Record<string, string[]>> {
  const subjects: Record<string, string[]> = {};
  for (const contest of (await loadBench(name)).contests('full')) {
    subjects[contest.bench] ??= contest.subjects.map((subject) => subject.name);
  }
  return subjects;
}

const SMOKES: Readonly<Record<string, readonly string[]>> = {
  'tell-cross-int': ['troupe msg/s', 'postMessage msg/s', 'postMessage/batched msg/s'],
  'fanin-cross': ['troupe msg/s', 'postMessage msg/s', 'postMessage/batched msg/s'],
  'mesh-all': ['troupe msg/s', 'postMessage msg/s'],
  'ring-2': ['troupe hops/s', 'postMessage hops/s'],
  'spawn-2': ['troupe actors/s', 'array actors/s'],
  skynet: ['troupe s', 'array s'],
  actors: ['troupe msg/s', 'array msg/s'],
  threads: ['troupe msg/s', 'postMessage msg/s', 'troupe/cross msg/s', 'postMessage/cross msg/s'],
  'tell-cross-sizes': [
    'troupe msg/s',
    'postMessage msg/s',
    'troupe/transfer msg/s',
    'postMessage/transfer msg/s',
    'postMessage/used-heap msg/s',
    'troupe us',
    'postMessage us',
  ],
};

for (const [name, expected] of Object.entries(SMOKES)) {
  t.test(`${name} does its work, and each of its subjects gets the right sums`, async (t) => {
    const { code, lines, stderr } = await smoke(name);
    t.equal(code, 0, stderr);
    t.ok(lines.every(({ value }) => value > 0 && Number.isFinite(value)));
    const found = new Set(lines.map(({ subject, unit }) => `${subject} ${unit}`));
    t.strictSame([...found], expected);
  });
}

t.test('crowds are of 10 to 1,000,000 actors', async (t) => {
  const both = ['troupe', 'array'];
  t.strictSame(await subjectsAtFullScale('actors'), {
    'actors.10': both,
    'actors.1000': both,
    'actors.100000': both,
    'actors.1000000': both,
  });
});

t.test('pairs are on 1 to 8 threads, crossings where there are two', async (t) => {
  const both = ['troupe', 'postMessage'];
  const four = [...both, 'troupe/cross', 'postMessage/cross'];
  t.strictSame(await subjectsAtFullScale('threads'), {
    'threads.1': both,
    'threads.2': four,
    'threads.4': four,
    'threads.8': four,
  });
});

t.test('buffers are of 16 bytes to 16 MiB, handed over from 4 KiB on', async (t) => {
  const subjects = await subjectsAtFullScale('tell-cross-sizes');
  const copied = ['troupe', 'postMessage'];
  const bare = ['postMessage', 'postMessage/transfer', 'postMessage/used-heap'];
  const all = ['troupe', 'troupe/transfer', ...bare];
  const sizes = Array.from({ length: 11 }, (_, i) => 16 * 4 ** i).filter((size) => size <= 2 ** 24);
  t.strictSame(
    subjects,
    Object.fromEntries(
      sizes.map((size) => [`tell-cross-size.${size}`, size < 4096 ? copied : all]),
    ),
  );
});
