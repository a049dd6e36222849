import { parseArgs } from 'node:util';
import type { Mutant } from '../../mutants/mutant.js';
import { judge, type Run, runMain } from '../../mutants/run.js';
import { only, runAll } from '../../mutants/run-all.js';
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
  try {
    const args = ['--seeds', String(seeds), '--steps', values.steps, '--no-shrink'];
    return await runMain(sandbox.main, args, DEADLINE_MS);
  } finally {
    await sandbox.close();
  }
}

const mutants = only(RAFT_MUTANTS, values.only);
// Before the long work begins: a mutant may not fit any more.
for (const mutant of mutants) await plantedIn(mutant);
process.exitCode = await runAll(mutants, Number(values.jobs), async (mutant) =>
  judge(await simulate(mutant), { seeds, deadlineMs: DEADLINE_MS }),
);
