import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type BenchOptions, parseOptions, USAGE } from './options.js';
import { type ResultLine, toJson, toText } from './output.js';

/** A bench that takes longer hangs. */
const DEADLINE_MS = { full: 15 * 60_000, smoke: 60_000 } as const;
const USAGE_EXIT_CODE = 2;

const RUN_ONE = fileURLToPath(new URL('./run-one.js', import.meta.url));

/** The command `npm run bench`: each bench in a fresh process, one after the other. */
async function main(args: readonly string[]): Promise<number> {
  let options: BenchOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return USAGE_EXIT_CODE;
  }
  const failed: string[] = [];
  for (const name of options.names) {
    if (!(await runBench(name, options))) failed.push(name);
  }
  if (failed.length > 0) process.stderr.write(`failed: ${failed.join(', ')}\n`);
  return failed.length > 0 ? 1 : 0;
}

/** @returns true when the bench ran, all its checks held and it measured something */
async function runBench(name: string, options: BenchOptions): Promise<boolean> {
  const scale = options.smoke ? 'smoke' : 'full';
  const child = spawn(process.execPath, [RUN_ONE, name, String(options.runs), scale], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', reject);
  });
  const deadline = setTimeout(() => {
    process.stderr.write(`${name}: not done in ${DEADLINE_MS[scale]} ms\n`);
    child.kill('SIGKILL');
  }, DEADLINE_MS[scale]);
  const lines: ResultLine[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as ResultLine;
    lines.push(line);
    process.stdout.write(`${options.json ? toJson(line) : toText(line)}\n`);
  }
  const code = await exit;
  clearTimeout(deadline);
  return code === 0 && lines.length > 0;
}

process.exitCode = await main(process.argv.slice(2));
