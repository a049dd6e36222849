/** The command `npm run sim`: the simulation, or with `--mutants` the proof that it finds planted faults. */
const at = process.argv.indexOf('--mutants');
if (at < 0) {
  await import('../runtime/testkit/simulation/main.js');
} else {
  process.argv.splice(at, 1);
  await import('./mutants/main.js');
}
