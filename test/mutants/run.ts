import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Sandbox } from './apply.js';
import type { Mutant } from './mutant.js';

/** The command of the simulation, below `runtime/`. */
export const SIMULATION = 'testkit/simulation/main.js';

/** How a simulation is run. */
export interface RunOptions {
  readonly seeds: number;
  readonly first: number;
  /** After this it is ended by force. */
  readonly deadlineMs: number;
}

/** How a simulation ended. */
export interface Run {
  /** Null when the deadline ended it, or a signal. */
  readonly exitCode: number | null;
  readonly output: string;
  readonly ms: number;
}

/** What became of one mutant. */
export interface Verdict {
  readonly isFound: boolean;
  /** Seeds that were run, the one that failed included; NaN when the simulation did not say. */
  readonly seedCount: number;
  /** What found it, in a few words. */
  readonly check: string;
}

/** Runs the simulation in a copy of the runtime, with a fault or, as a control, without one. */
export async function simulate(mutant: Mutant | undefined, options: RunOptions): Promise<Run> {
  const sandbox = await Sandbox.open();
  try {
    if (mutant !== undefined) await sandbox.plant(mutant);
    return await runIn(sandbox, options);
  } finally {
    await sandbox.close();
  }
}

function runIn(sandbox: Sandbox, { seeds, first, deadlineMs }: RunOptions): Promise<Run> {
  const args = ['--seeds', String(seeds), '--first', String(first), '--no-shrink'];
  return runMain(sandbox.pathOf(SIMULATION), args, deadlineMs, sandbox.root);
}

/** Runs the command of a simulation, until it ends or its deadline has come. */
export async function runMain(
  main: string,
  args: readonly string[],
  deadlineMs: number,
  cwd = process.cwd(),
): Promise<Run> {
  const began = performance.now();
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: Math.ceil(deadlineMs),
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
}

/** What the simulation says of the first seed that fails, and of what is wrong there. */
const FAILURE = /^FAILED seed \d+ check (.+) after (\d+) seeds$/m;
const VIOLATION = /^ *step \d+: (.*)$/m;
/** With many seeds: a situation that every such run meets was not met. */
const MISSING = /^never occurred: (.*)$/m;

/**
 * What a run says about its mutant. A runtime on which the simulation does not end is faulty, too.
 * @throws {Error} when something else than the deadline ended the simulation: that says nothing
 */
export function judge(
  { exitCode, output, ms }: Run,
  { seeds, deadlineMs }: Pick<RunOptions, 'seeds' | 'deadlineMs'>,
): Verdict {
  if (exitCode === 0) return { isFound: false, seedCount: seeds, check: '' };
  const failure = FAILURE.exec(output);
  if (failure !== null) {
    const [, check, seedCount] = failure;
    const text = VIOLATION.exec(output)?.[1] ?? '';
    return { isFound: true, seedCount: Number(seedCount), check: `${check}: ${text}` };
  }
  const missing = MISSING.exec(output);
  if (missing !== null) return { isFound: true, seedCount: seeds, check: `never: ${missing[1]}` };
  if (exitCode === null) {
    if (ms < deadlineMs) throw new Error(`the simulation was ended from outside after ${ms} ms`);
    const seconds = Math.round(ms / 1000);
    return { isFound: true, seedCount: Number.NaN, check: `no end within ${seconds} s` };
  }
  const line = output.split('\n').find((each) => /error/i.test(each)) ?? 'it said nothing';
  return { isFound: true, seedCount: Number.NaN, check: `exit code ${exitCode}: ${line.trim()}` };
}
