import { parseArgs } from 'node:util';
import { Sandbox } from './apply.js';
import type { Mutant } from './mutant.js';
import { MUTANTS } from './mutants.js';
import { judge, simulate } from './run.js';
import { only, runAll } from './run-all.js';

const USAGE = `Plants single faults in the built runtime and runs the simulation until it fails.

  --seeds N      seeds for each mutant, 500
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
    seeds: { type: 'string', default: '500' },
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
  const mutants = only(MUTANTS, values.only);
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
  const options = { seeds, first, deadlineMs };
  return runAll(mutants, count('jobs', values.jobs), async (mutant) =>
    judge(await simulate(mutant, options), options),
  );
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
