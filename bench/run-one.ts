import { measure } from './harness.js';
import { toJson } from './output.js';
import { loadBench } from './registry.js';

/**
 * Runs one bench in a process of its own and prints a JSON line for each figure:
 * `node dist/bench/run-one.js NAME [RUNS] [full|smoke]`. This is also the process to profile.
 * Exit code 1 when a check failed; the lines of what was measured before have been printed.
 */
const [name = '', runs = '5', scale = 'full'] = process.argv.slice(2);
try {
  const bench = await loadBench(name);
  for (const contest of bench.contests(scale === 'smoke' ? 'smoke' : 'full')) {
    for (const line of await measure(contest, Number(runs)))
      process.stdout.write(`${toJson(line)}\n`);
  }
} catch (error) {
  process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
