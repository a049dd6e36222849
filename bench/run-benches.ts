import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { floorText } from './floors/floor-text.js';
import type { RunCommand } from './options.js';
import { type ResultLine, toJson, toText } from './output.js';
import type { ResultFile } from './report/result-file.js';
import { runFacts } from './report/run-facts.js';

/** A bench that takes longer hangs. */
const DEADLINE_MS = { full: 15 * 60_000, smoke: 60_000 } as const;

const RUN_ONE = fileURLToPath(new URL('./run-one.js', import.meta.url));

/**
 * Runs each bench in a fresh process, one after the other, and prints the figures as they come.
 * @returns all figures and where they are from, with the names of the benches that failed
 */
export async function runBenches(command: RunCommand): Promise<ResultFile> {
  const lines: ResultLine[] = [];
  const failed: string[] = [];
  for (const name of command.names) {
    const measured = await runBench(name, command);
    lines.push(...measured.lines);
    if (!measured.holds) failed.push(name);
  }
  if (failed.length > 0) process.stderr.write(`failed: ${failed.join(', ')}\n`);
  // With `--json` standard output is for figures alone.
  if (command.floors && !command.json) process.stdout.write(`\n${floorText(lines)}`);
  const { runs: rounds, smoke, peers } = command;
  return { ...runFacts({ rounds, smoke, peers }, failed), lines };
}

/** `holds` is true when the bench ran, all its checks held and it measured something. */
async function runBench(
  name: string,
  { runs, smoke, peers, json }: RunCommand,
): Promise<{ readonly lines: readonly ResultLine[]; readonly holds: boolean }> {
  const scale = smoke ? 'smoke' : 'full';
  const child = spawn(
    process.execPath,
    [RUN_ONE, name, String(runs), scale, ...(peers ? ['peers'] : [])],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = new Promise<number | null>((resolve, reject) => {
    child.once('exit', (code) => resolve(code));
    child.once('error', reject);
  });
  const deadline = setTimeout(() => {
    process.stderr.write(`${name}: not done in ${DEADLINE_MS[scale]} ms\n`);
    child.kill('SIGKILL');
  }, DEADLINE_MS[scale]);
  const lines: ResultLine[] = [];
  let isClean = true;
  for await (const text of createInterface({ input: child.stdout })) {
    const line = parseLine(text);
    if (line === undefined) {
      process.stderr.write(`${name}: printed what is not a figure: ${text}\n`);
      isClean = false;
      continue;
    }
    lines.push(line);
    process.stdout.write(`${json ? toJson(line) : toText(line)}\n`);
  }
  const code = await exit;
  clearTimeout(deadline);
  return { lines, holds: code === 0 && isClean && lines.length > 0 };
}

function parseLine(text: string): ResultLine | undefined {
  try {
    return JSON.parse(text) as ResultLine;
  } catch {
    return undefined;
  }
}
