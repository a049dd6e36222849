import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { Mutant } from '../../mutants/mutant.js';
import { judge, type Run } from '../../mutants/run.js';
import { nameWidth, outcomeOf, type Result, rowOf, summaryOf } from '../../mutants/table.js';
import { RAFT_MUTANTS } from './mutants.js';
import { plantedIn, RaftSandbox } from './sandbox.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    steps: { type: 'string', default: '8000' },
    only: { type: 'string', default: '' },
    jobs: { type: 'string', default: '2' },
  },
  allowPositionals: true,
});
const DEADLINE_MS = 120_000;
const seeds = Number(values.seeds);

/** Runs the simulation on a core with one fault, until it fails or all seeds are done. */
async function simulate(mutant: Mutant): Promise<Run> {
  const sandbox = await RaftSandbox.open(mutant);
  const began = performance.now();
  try {
    const args = [sandbox.main, '--seeds', String(seeds), '--steps', values.steps, '--no-shrink'];
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, output, ms: performance.now() - began };
  } finally {
    await sandbox.close();
  }
}

const mutants = RAFT_MUTANTS.filter(({ name, file }) => `${name}\n${file}`.includes(values.only));
for (const mutant of mutants) await plantedIn(mutant);
const width = nameWidth(mutants);
console.log(`${'mutant'.padEnd(width)}  seeds  found by`);
const results: Result[] = [];
let started = 0;
let printed = 0;
const work = async (): Promise<void> => {
  while (started < mutants.length) {
    const index = started++;
    const mutant = mutants[index]!;
    const run = await simulate(mutant);
    results[index] = { mutant, verdict: judge(run, { seeds, deadlineMs: DEADLINE_MS }) };
    for (; results[printed] !== undefined; printed++) console.log(rowOf(results[printed]!, width));
  }
};
await Promise.all(Array.from({ length: Number(values.jobs) }, work));
console.log(`\n${summaryOf(results)}`);
const isAsListed = results.every((each) => ['found', 'equivalent'].includes(outcomeOf(each)));
process.exitCode = isAsListed ? 0 : 1;
