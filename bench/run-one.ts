import { measure, type Scale } from './harness.js';
import { toJson } from './output.js';
import { loadBench } from './registry.js';

/**
 * Runs one bench in a process of its own and prints a JSON line for each figure:
 * `node dist/bench/run-one.js NAME [RUNS] [full|smoke] [peers]`. This is also the process to profile.
 * Exit code 1 when a check failed; the lines of what was measured before have been printed.
 */
const [name = '', runs = '5', size = 'full', rivals = ''] = process.argv.slice(2);
const scale: Scale = size === 'smoke' ? 'smoke' : 'full';
try {
  const bench = await loadBench(name);
  const peers = rivals === 'peers' ? await import('./peers/contenders.js') : undefined;
  for (const own of bench.contests(scale)) {
    const contest = peers?.withPeers(own, scale) ?? own;
    for (const line of await measure(contest, Number(runs)))
      process.stdout.write(`${toJson(line)}\n`);
  }
} catch (error) {
  process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
// Peers may leave threads behind that nothing stops. The callback comes when all lines are written.
if (rivals === 'peers') process.stdout.write('', () => process.exit());
