import { quickBench, quickBenchText } from './quickbench.js';

// What `troupe bench` runs, in a process of its own. The argument is the scale.
const scale = Number(process.argv[2] ?? 1);
process.stdout.write(`${quickBenchText(await quickBench(scale))}\n`);
