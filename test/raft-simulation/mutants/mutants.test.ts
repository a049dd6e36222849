import t from 'tap';
import { RAFT_MUTANTS } from './mutants.js';
import { plantedIn } from './sandbox.js';

const LEAST_COUNT = 30;

t.test('there are enough mutants, each with a name of its own', async (t) => {
  t.ok(RAFT_MUTANTS.length >= LEAST_COUNT, `${RAFT_MUTANTS.length} mutants`);
  t.equal(new Set(RAFT_MUTANTS.map(({ name }) => name)).size, RAFT_MUTANTS.length);
});

t.test('each mutant fits the built core in exactly one place', async (t) => {
  for (const mutant of RAFT_MUTANTS) await t.resolves(plantedIn(mutant), mutant.name);
});
