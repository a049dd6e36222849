/**
 * The command `npm run sim`: the simulation, or with `--mutants` the proof that it finds planted faults; after the word
 * `raft` the same for the Raft core.
 */
const isRaft = process.argv[2] === 'raft';
if (isRaft) process.argv.splice(2, 1);
const at = process.argv.indexOf('--mutants');
if (at >= 0) process.argv.splice(at, 1);
if (isRaft)
  await import(at < 0 ? './raft-simulation/main.js' : './raft-simulation/mutants/main.js');
else await import(at < 0 ? '../runtime/testkit/simulation/main.js' : './mutants/main.js');
