import { parseArgs } from 'node:util';
import { Sandbox } from './apply.js';
import type { Mutant } from './mutant.js';
import { MUTANTS } from './mutants.js';
import { judge, type RunOptions, simulate } from './run.js';
import { nameWidth, outcomeOf, type Result, rowOf, summaryOf } from './table.js';

const USAGE = `Plants single faults in the built runtime and runs the simulation until it fails.

  --seeds N      seeds for each mutant, 300
  --first N      the first seed, 1
  --only TEXT    only mutants whose name or file contains the text
  --jobs N       mutants at a time, 2
  --deadline S   seconds for each mutant; five times what the right runtime took, at least 30

Exit code 1 when a mutant is not found that is not listed as equivalent, 2 when the right runtime fails.`;

/** A faulty runtime that takes so much longer than the right one hangs. */
const DEADLINE_FACTOR = 5;
const LEAST_DEADLINE_MS = 30_000;
const CONTROL_DEADLINE_MS = 600_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '300' },
    first: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
    deadline: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const mutants = MUTANTS.filter(({ name, file }) => `${name}\n${file}`.includes(values.only));
  if (mutants.length === 0) throw new RangeError(`no mutant with '${values.only}'`);
  await assertFitting(mutants);
  const seeds = count('seeds', values.seeds);
  const first = Number(values.first);
  const control = { seeds, first, deadlineMs: CONTROL_DEADLINE_MS };
  const right = await simulate(undefined, control);
  if (right.exitCode !== 0) {
    console.log(`The runtime without a fault fails:\n${right.output}`);
    return 2;
  }
  const seconds = (right.ms / 1000).toFixed(1);
  console.log(`The runtime without a fault: ${seeds} seeds in ${seconds} s, nothing found.\n`);
  const deadlineMs =
    values.deadline === undefined
      ? Math.max(LEAST_DEADLINE_MS, right.ms * DEADLINE_FACTOR)
      : count('deadline', values.deadline) * 1000;
  const results = await runAll(mutants, { seeds, first, deadlineMs }, count('jobs', values.jobs));
  console.log(`\n${summaryOf(results)}`);
  const isAsListed = results.every((each) => ['found', 'equivalent'].includes(outcomeOf(each)));
  return isAsListed ? 0 : 1;
}

/** Throws before the long work begins, when the runtime has changed and a mutant does not fit any more. */
async function assertFitting(mutants: readonly Mutant[]): Promise<void> {
  const sandbox = await Sandbox.open();
  try {
    for (const [index, mutant] of mutants.entries())
      await sandbox.plant(mutant, `mutant-${index}.js`);
  } finally {
    await sandbox.close();
  }
}

function count(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`--${option} is '${text}': a whole number from 1 up is wanted`);
}

/** Runs some mutants at a time and prints their rows in the order of the list. */
async function runAll(
  mutants: readonly Mutant[],
  options: RunOptions,
  jobs: number,
): Promise<Result[]> {
  const width = nameWidth(mutants);
  console.log(`${'mutant'.padEnd(width)}  seeds  found by`);
  const results: Result[] = [];
  let started = 0;
  let printed = 0;
  const work = async (): Promise<void> => {
    while (started < mutants.length) {
      const index = started++;
      const mutant = mutants[index]!;
      results[index] = { mutant, verdict: judge(await simulate(mutant, options), options) };
      for (; results[printed] !== undefined; printed++)
        console.log(rowOf(results[printed]!, width));
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return results;
}
