import { parseArgs } from 'node:util';
import { generate } from './generate.js';
import type { Program } from './program.js';
import { failureText, Tally } from './report.js';
import { type Outcome, runProgram } from './run-program.js';
import { shrink } from './shrink.js';

const HELP = `Simulates the whole runtime on virtual threads, from seeds.

  --seed N      one seed, with its trace; the same every time
  --seeds N     N seeds; stops at the first that breaks a promise, makes it small and shows it
  --first N     the first of them; 1 when left out
  --no-shrink   shows a failing seed as it is
`;

/** Runs one seed and shows what happened. @returns the exit code */
async function runSeed(seed: number, makesSmall: boolean): Promise<number> {
  const program = generate(seed);
  const outcome = await runProgram(program, true);
  if (outcome.violations.length > 0) return fail(program, outcome, makesSmall);
  console.log(outcome.lines.join('\n'));
  console.log(`seed ${seed}: ${outcome.steps} steps, hash ${outcome.hash}, no promise broken`);
  return 0;
}

/** Runs seed after seed. @returns the exit code */
async function runSeeds(first: number, count: number, makesSmall: boolean): Promise<number> {
  const tally = new Tally();
  const began = performance.now();
  for (let seed = first; seed < first + count; seed++) {
    const program = generate(seed);
    const outcome = await runProgram(program);
    tally.add(outcome);
    if (outcome.violations.length === 0) continue;
    console.log(
      `FAILED seed ${seed} check ${outcome.violations[0]!.check} after ${tally.seeds} seeds`,
    );
    return fail(program, outcome, makesSmall);
  }
  console.log(tally.text(performance.now() - began));
  if (!tally.isIncomplete) return 0;
  console.log(`never occurred: ${tally.coverage.missing.join('; ')}`);
  return 1;
}

async function fail(program: Program, outcome: Outcome, makesSmall: boolean): Promise<number> {
  const { check } = outcome.violations[0]!;
  const fails = async (smaller: Program): Promise<boolean> => {
    const { violations } = await runProgram(smaller);
    return violations.some((violation) => violation.check === check);
  };
  const small = makesSmall ? await shrink(program, fails) : program;
  console.log(failureText(small, await runProgram(small, true)));
  console.log(`again: npm run sim -- --seed ${program.seed}`);
  return 1;
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    first: { type: 'string', default: '1' },
    'no-shrink': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const makesSmall = !values['no-shrink'];
if (values.seed !== undefined) process.exitCode = await runSeed(Number(values.seed), makesSmall);
else if (values.seeds !== undefined) {
  process.exitCode = await runSeeds(Number(values.first), Number(values.seeds), makesSmall);
} else console.log(HELP);
