import { parseArgs } from 'node:util';
import { Coverage } from './coverage.js';
import { generate } from './program.js';
import { type Outcome, run } from './run.js';
import { shrink } from './shrink.js';

const HELP = `Simulates groups of the Raft core, from seeds.

  --seed N      one seed, with its trace; the same every time
  --seeds N     N seeds; stops at the first that breaks a promise, makes it small and shows it
  --first N     the first of them; 1 when left out
  --steps N     steps of each seed before it becomes calm; 20000 when left out
  --no-shrink   shows a failing seed as it is
`;
/** Fewer seeds than this may miss a situation by chance. */
const ENOUGH_SEEDS = 200;
const TICKS_OF_TRACE = 60;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    first: { type: 'string', default: '1' },
    steps: { type: 'string', default: '20000' },
    'no-shrink': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const steps = Number(values.steps);

if (values.seed !== undefined) process.exitCode = runSeed(Number(values.seed));
else if (values.seeds !== undefined) {
  process.exitCode = runSeeds(Number(values.first), Number(values.seeds));
} else console.log(HELP);

function runSeed(seed: number): number {
  const outcome = run(generate(seed, steps), true);
  console.log(outcome.lines.join('\n'));
  if (outcome.check !== undefined) {
    console.log(`FAILED seed ${seed} check ${outcome.check} after 1 seeds`);
    console.log(`  step ${outcome.steps}: ${outcome.text}`);
    return 1;
  }
  console.log(`seed ${seed}: ${outcome.steps} steps, hash ${outcome.hash}, no promise broken`);
  return 0;
}

function runSeeds(first: number, count: number): number {
  const coverage = new Coverage();
  const sums = {
    steps: 0,
    time: 0,
    elections: 0,
    commits: 0,
    crashes: 0,
    operations: 0,
    unknown: 0,
  };
  const began = performance.now();
  for (let seed = first; seed < first + count; seed++) {
    const program = generate(seed, steps);
    const outcome = run(program);
    coverage.add(outcome.coverage);
    for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += outcome[key];
    if (outcome.check !== undefined) return failed(program, outcome, seed - first + 1);
  }
  const seconds = (performance.now() - began) / 1000;
  // A tick stands for ten milliseconds.
  const hours = sums.time / 1000 / 3600;
  console.log(
    `${count} seeds, ${sums.steps} steps in ${seconds.toFixed(1)} s (${Math.round(sums.steps / seconds)}/s); ` +
      `${hours.toFixed(1)} simulated hours, ${sums.elections} elections, ${sums.commits} commits, ` +
      `${sums.crashes} crashes, ${sums.operations} operations of clients, ${sums.unknown} of unknown outcome`,
  );
  const { missing } = coverage;
  for (const [situation, times] of coverage.counts) console.log(`  ${times} times: ${situation}`);
  if (missing.length === 0 || count < ENOUGH_SEEDS) return 0;
  console.log(`never occurred: ${missing.join('; ')}`);
  return 1;
}

function failed(program: ReturnType<typeof generate>, outcome: Outcome, seeds: number): number {
  console.log(`FAILED seed ${program.seed} check ${outcome.check} after ${seeds} seeds`);
  console.log(`  step ${outcome.steps}: ${outcome.text}`);
  if (values['no-shrink']) return 1;
  const small = shrink(program, outcome.check!);
  const again = run(small, true);
  console.log(`${small.actions.length} of ${program.actions.length} actions are enough:`);
  for (const { at, kind } of small.actions)
    if (at < again.time) console.log(`  t${at.toFixed(1)} ${kind}`);
  console.log(again.lines.slice(-TICKS_OF_TRACE).join('\n'));
  console.log(`  step ${again.steps}: ${again.text}`);
  console.log(`again: npm run sim -- raft --seed ${program.seed} --steps ${program.steps}`);
  return 1;
}
